"""Step 1, supervised fine-tuning on demonstrations (InstructGPT, section 3.5).

loss    the language model's, on the tokens of the answer alone
train   settings, and a run that can be stopped and goes on
"""
