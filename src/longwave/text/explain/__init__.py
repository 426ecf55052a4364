"""Which words speak for an answer: by leaving each out (`occlusion`), or by gradients through the encoder (`gradients`)."""
