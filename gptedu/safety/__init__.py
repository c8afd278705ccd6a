"""Safety: rules become classes, classes become rewards (GPT-4's technical report, section 6; Mu et
al. 2024, "Rule Based Rewards for Language Model Safety").

The policy is the world's own (`gptedu.world.policy`): where somebody's key lies is told to its
owner only.

propositions  what is true of a request and a reply, read by rules
classes       propositions -> one of four classes, exclusive and exhaustive by enumeration
words         what a single word can decide, and a judge that spots words
rewards       class and kind of request -> a number; callables for chapter 4's PPO
weights       how much each proposition counts, fitted by hinge to a few rankings
demonstrating replies by labelers of whom some know the policy; labels of all four classes
grader        a network that learns the classes from labels, and can be deceived
own           a learner's own rules and attacks
loop          the hallucination loop: reply, list, rewrite, check, keep the pair
listing       made-up statements, found by the parser or by asking a model
red_team      a search over paraphrases, round after round
system        a system line, obeyed under contrary text
moving        a policy in training, as a point between telling and refusing
judging       how often a model tells, and how often it refuses needlessly
"""
