"""The columns that each task reads, with the names that they bear in the wild and in Hugging Face's sets.

The order of aliases is the order of fame for that role; the order of columns decides who is asked first where two
roles share a name ("source" is the language read in a translation, a publisher elsewhere).
"""

from __future__ import annotations

from longwave.text.corpus.columns import Column, tidy

_TEXT = (
    *(
        "text",
        "sentence",
        "content",
        "review",
        "tweet",
        "headline",
        "utterance",
        "message",
        "sms",
        "post",
        "comment",
    ),
    *(
        "body",
        "review_text",
        "reviewtext",
        "review_body",
        "text_cleaned",
        "clean_text",
        "sentence1",
        "news",
        "article",
    ),
    *("document", "description", "abstract", "query", "question", "statement", "input", "inputs", "title"),
    *(
        "news_headline",
        "tweet_text",
        "text_",
        "txt",
        "sent",
        "v2",
        "文本",
        "内容",
        "正文",
        "句子",
        "评论",
        "新闻",
        "标题",
    ),
)
_TEXT_TOO = (
    *("文本内容", "评论内容", "留言内容", "内容摘要", "摘要", "问句", "新闻标题", "公告标题"),
    *("內容", "評論", "新聞", "標題"),
)
"""Names that are looked for after a task's own: what they hold is read where nothing better is there."""
_LABEL = (
    *(
        "label",
        "labels",
        "class",
        "category",
        "sentiment",
        "target",
        "intent",
        "label_text",
        "label_name",
        "topic",
    ),
    *("categories", "topics", "tag", "tags", "stance", "polarity", "emotion", "gold", "gold_label", "answer"),
    *("annotation", "y", "output", "is_spam", "spam", "rating", "stars", "score", "type", "class_name", "v1"),
    *("coarse_label", "fine_label", "decision", "标签", "类别", "分类", "情感", "意图", "主题"),
)
_LABEL_TOO = (
    *("情感倾向", "情感标签", "类别标签", "情绪", "立场", "类型", "标注"),
    *("標籤", "類別", "分類", "情緒", "立場"),
)

DATE = Column(
    "date",
    (
        *(
            "date",
            "datetime",
            "published",
            "published_at",
            "publication_date",
            "publish_date",
            "pub_date",
            "pubdate",
        ),
        *(
            "created_at",
            "created",
            "timestamp",
            "time",
            "day",
            "review_date",
            "posted_at",
            "year",
            "日期",
            "时间",
        ),
        *("发布日期", "发布时间", "年份", "发表日期", "发表时间", "公告日期", "交易日期", "发布日", "报告期"),
        *("日期（年月日）", "日期(年月日)", "發布日期", "發布時間", "時間"),
    ),
    needed=False,
    kind="date",
)
SOURCE = Column(
    "source",
    (
        *(
            "source",
            "publisher",
            "outlet",
            "document_id",
            "doc_id",
            "docid",
            "article_id",
            "dialogue_id",
            "user_id",
            "document",
            "document_name",
            "doc",
        ),
        *("author", "site", "domain", "来源", "出处", "媒体", "來源"),
    ),
    needed=False,
    kind="source",
)
ID = Column(
    "id",
    ("id", "uid", "guid", "idx", "row_id", "sentence_id", "example_id", "tweet_id", "fname", "编号", "序号"),
    needed=False,
    kind="id",
)
SPLIT = Column(
    "split",
    ("split", "subset", "partition", "set", "fold_name", "数据集", "划分"),
    needed=False,
    kind="split",
)
EVERYWHERE = (ID, SPLIT, DATE, SOURCE)

CLASSIFY = (
    Column("text", (*_TEXT, *_TEXT_TOO)),
    Column("label", (*_LABEL, *_LABEL_TOO), kind="label"),
    Column("about", ("about", "aspect", "aspect_term", "entity", "评价对象", "对象", "主体"), needed=False),
)
INTENT = (
    Column("text", ("utterance", "query", *_TEXT, "问句", *_TEXT_TOO)),
    Column("label", ("intent", "intents", *_LABEL, *_LABEL_TOO), kind="label"),
)
ENTITIES = (
    Column("tokens", ("tokens", "words", "token", "word", "字", "词"), needed=False, kind="list"),
    Column(
        "tags",
        ("tags", "ner_tags", "ner", "labels", "bio_tags", "tag", "bio", "iob", "标签"),
        needed=False,
        kind="list",
    ),
    Column("text", (*_TEXT, *_TEXT_TOO), needed=False),
    Column(
        "spans",
        (
            "annotations",
            "entities",
            "spans",
            "label",
            "labels",
            "annotation",
            "entity",
            "ents",
            "实体",
            "标注",
        ),
        needed=False,
        kind="list",
    ),
)
RELATIONS = (
    Column("text", (*_TEXT, "token", "tokens", *_TEXT_TOO)),
    Column(
        "head",
        (
            "head",
            "h",
            "subject",
            "subj",
            "entity1",
            "entity_1",
            "e1",
            "ent1",
            "head_entity",
            "头实体",
            "主体",
        ),
        needed=False,
    ),
    Column(
        "tail",
        ("tail", "t", "object", "obj", "entity2", "entity_2", "e2", "ent2", "tail_entity", "尾实体", "客体"),
        needed=False,
    ),
    Column("head_start", ("head_start", "subj_start", "e1_start", "h_start"), needed=False, kind="number"),
    Column("head_end", ("head_end", "subj_end", "e1_end", "h_end"), needed=False, kind="number"),
    Column("tail_start", ("tail_start", "obj_start", "e2_start", "t_start"), needed=False, kind="number"),
    Column("tail_end", ("tail_end", "obj_end", "e2_end", "t_end"), needed=False, kind="number"),
    Column(
        "label",
        ("relation", "label", "rel", "relation_type", "labels", "predicate", "class", "关系", "标签"),
        kind="label",
    ),
)
PAIRS = (
    Column(
        "text",
        (
            *(
                "premise",
                "sentence1",
                "sentence_1",
                "text1",
                "text_1",
                "texta",
                "text_a",
                "question1",
                "a",
                "s1",
                "q1",
            ),
            *("sentence_a", "first", "query", "sentence", "text", "句子1", "文本1", "前提", "句子A", "问题1"),
        ),
    ),
    Column(
        "other",
        (
            *(
                "hypothesis",
                "sentence2",
                "sentence_2",
                "text2",
                "text_2",
                "textb",
                "text_b",
                "question2",
                "b",
                "s2",
                "q2",
            ),
            *(
                "sentence_b",
                "second",
                "other",
                "passage",
                "document",
                "句子2",
                "文本2",
                "假设",
                "句子B",
                "问题2",
            ),
        ),
    ),
    Column(
        "label",
        ("label", "labels", "gold_label", "is_duplicate", *_LABEL[2:], "是否相似", *_LABEL_TOO),
        kind="label",
    ),
)
ANSWERS = (
    Column("question", ("question", "query", "q", "问题", "問題")),
    Column(
        "context",
        (
            "context",
            "passage",
            "paragraph",
            "document",
            "article",
            "text",
            "content",
            "上下文",
            "原文",
            "段落",
            "篇章",
        ),
    ),
    Column("documents", ("documents", "passages", "contexts", "文档"), needed=False, kind="list"),
    Column("answers", ("answers", "answer", "answer_text", "answers_text", "答案"), kind="list"),
    Column(
        "starts",
        ("starts", "answer_start", "answer_starts", "start", "answer_offset", "起始", "答案位置"),
        needed=False,
        kind="list",
    ),
)
SUMMARISE = (
    Column(
        "text",
        (
            "document",
            "article",
            "dialogue",
            "text",
            "body",
            "content",
            "story",
            "transcript",
            "passage",
            "report",
            "原文",
            "正文",
            "内容",
            "文本",
        ),
    ),
    Column(
        "summary",
        (
            "summary",
            "highlights",
            "summaries",
            "abstract",
            "tldr",
            "headline",
            "target",
            "title",
            "摘要",
            "标题",
        ),
    ),
)
TRANSLATE = (
    Column(
        "text", ("source", "src", "source_text", "text", "sentence", "input", "原文", "源文"), needed=False
    ),
    Column(
        "target",
        ("target", "tgt", "target_text", "translation", "reference", "output", "译文", "目标"),
        needed=False,
    ),
)
GENERATE = (
    Column(
        "turns",
        ("turns", "messages", "conversations", "conversation", "dialogue", "dialog", "chat", "对话"),
        needed=False,
        kind="turns",
    ),
    Column(
        "prompt",
        (
            "prompt",
            "instruction",
            "question",
            "query",
            "input",
            "context",
            "用户",
            "问题",
            "指令",
            "问",
            "問",
        ),
        needed=False,
    ),
    Column(
        "completion",
        (
            "completion",
            "response",
            "output",
            "answer",
            "reply",
            "chosen",
            "target",
            "回复",
            "回答",
            "答案",
            "答",
        ),
        needed=False,
    ),
    Column("input", ("input", "context", "输入"), needed=False),
    Column("system", ("system", "system_prompt", "系统"), needed=False),
)

ROLES: dict[str, tuple[Column, ...]] = {
    "classify": CLASSIFY,
    "intent": INTENT,
    "entities": ENTITIES,
    "relations": RELATIONS,
    "pairs": PAIRS,
    "answers": ANSWERS,
    "summarise": SUMMARISE,
    "translate": TRANSLATE,
    "generate": GENERATE,
}
"""Each task's own columns; those of `EVERYWHERE` come after them."""

TARGETS = frozenset({"label", "tags", "spans", "answers", "starts", "summary", "target", "completion"})
"""The columns that are to be found: a table for prediction need not have them."""

LANGUAGES = {
    **{
        code: code
        for code in ("en", "zh", "de", "fr", "es", "it", "pt", "nl", "ru", "ja", "ko", "ar", "tr", "pl")
    },
    **{
        code: code
        for code in (
            "cs",
            "ro",
            "hu",
            "fi",
            "sv",
            "da",
            "no",
            "nb",
            "el",
            "he",
            "hi",
            "th",
            "vi",
            "uk",
        )
    },
    **{"english": "en", "chinese": "zh", "german": "de", "french": "fr", "spanish": "es", "japanese": "ja"},
    **{"italian": "it", "portuguese": "pt", "dutch": "nl", "russian": "ru", "korean": "ko", "arabic": "ar"},
    **{"turkish": "tr", "polish": "pl", "swedish": "sv", "hindi": "hi", "vietnamese": "vi", "thai": "th"},
    **{
        "法语": "fr",
        "法文": "fr",
        "德语": "de",
        "德文": "de",
        "日语": "ja",
        "日文": "ja",
        "韩语": "ko",
        "韩文": "ko",
    },
    **{"俄语": "ru", "俄文": "ru", "西班牙语": "es", "阿拉伯语": "ar", "葡萄牙语": "pt", "意大利语": "it"},
    **{"zh_cn": "zh", "zh_hans": "zh", "en_us": "en", "英文": "en", "中文": "zh", "英语": "en", "汉语": "zh"},
}
"""Names of languages that columns of a translation bear."""

KNOWN = frozenset(
    {
        alias
        for columns in (*ROLES.values(), EVERYWHERE)
        for column in columns
        for alias in (column.name, *column.aliases)
    }
    | {tidy(alias) for columns in ROLES.values() for column in columns for alias in column.aliases}
    | set(LANGUAGES)
)
"""Every name of a column that some task knows, in small letters."""
