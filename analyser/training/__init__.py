"""Training: labelled cases or verdicts in, a model folder out. Encoders need the ``training`` extra."""
