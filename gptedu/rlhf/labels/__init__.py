"""What people send in and what labelers say of it (InstructGPT, sections 3.2 to 3.4).

submissions     from what users send to prompts that may be learned from
prompt_sets     which prompts each step gets (table 6)
demonstrations  what a labeler writes: the data of step 1
answers         what a model writes, and its ranks: the data of step 2
labeler         a simulated labeler whose true preferences are known
comparisons     a ranking, the pairs in it, and the file that rankings are kept in
"""
