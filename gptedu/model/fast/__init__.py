"""Fast twins of the forward pass, held equal to `gptedu.model.gpt` by tests."""
