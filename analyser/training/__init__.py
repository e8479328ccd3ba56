"""Training: labelled cases in, a model folder out. Needs the ``training`` extra; nothing else in the product does."""
