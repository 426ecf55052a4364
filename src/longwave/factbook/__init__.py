"""The factbook: the built-in published figures, so that a study of eleven economies runs without a network.

``factbook.toml`` names the datasets (publisher, release, licence, attribution) and the tables; each table is
one csv: first column ``period``, then one column an area (ISO 3166 alpha-3), a cell left empty where the
publisher gives no figure. Figures stand exactly as published, in the publisher's unit. Data only; the reader
is `longwave.connectors.factbook`.
"""
