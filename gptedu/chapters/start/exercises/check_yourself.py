"""Chapter 0's two quizzes: what it builds on, asked before it, and what was learned, after it.

They stand here, so that no notebook and no exported page gives an answer.
"""

from __future__ import annotations

from gptedu.course.quizzes import Quiz, question

PYTHON = "If this is new: docs.python.org/3/tutorial, sections 3 to 5."
PYTORCH = "If this is new: pytorch.org/tutorials, Learn the Basics,"

READY = Quiz(
    "start-ready",
    question(
        "What is `[x * x for x in range(4)]`?",
        right="`[0, 1, 4, 9]`",
        wrong={
            "`[1, 4, 9, 16]`": "`range(4)` begins at 0 and ends before 4.",
            "`[0, 1, 4, 9, 16]`": "`range(4)` ends before 4: it has four numbers.",
            "an error": "It is a list comprehension: a list, made in one line.",
        },
        why=f"A list comprehension computes `x * x` for x = 0, 1, 2, 3. {PYTHON}",
    ),
    question(
        "`a` has the shape [2, 3] and `b` the shape [3, 4]. What is the shape of `a @ b`?",
        right="[2, 4]",
        wrong={
            "[2, 3, 4]": "`@` is the matrix product: the inner 3 is added up, and is gone.",
            "[3, 3]": "The inner sizes meet (3 and 3) and disappear. The outer ones stay.",
            "an error, since the shapes differ": "Only the inner sizes have to be equal, and both are 3.",
        },
        why=f"Rows of `a` times columns of `b`: two rows, four columns. {PYTORCH} “Tensors”.",
    ),
    question(
        "What does `loss.backward()` do?",
        right="It computes how the loss changes with each weight",
        wrong={
            "It changes the weights": "That is `optimizer.step()`, which uses what `backward` has computed.",
            "It sets the gradients to zero": "That is `optimizer.zero_grad()`.",
            "It runs the network from its output to its input text": "Only gradients flow backwards. No text comes out.",
        },
        why=f"These numbers, the gradients, stand in each weight's `.grad`. {PYTORCH} “Automatic Differentiation” and “Optimization Loop”.",
    ),
)

QUIZ = Quiz(
    "start",
    question(
        "Your GPT reads 64 tokens at once. How many guesses does it make, and learn from?",
        right="63: every token but the first is a right answer",
        wrong={
            "1: the token after the last one": "Thanks to the causal mask each place makes a guess of its own, without seeing its answer.",
            "64: one for each token": "After the last token no answer is known, since the text ends there.",
        },
        why="That is why it learns so much from so little text. BERT, in chapter 1, learns from 15% of the tokens.",
    ),
    question(
        "Which part lets the token *lake* know that *Anna* stands before it?",
        right="Attention",
        wrong={
            "The embedding": "A token's embedding is the same in every text.",
            "The MLP": "The MLP sees each token alone.",
            "The head": "The head turns the last vector of a token into logits. It sees no other token.",
        },
        why="All other parts work on each token alone. Only in attention do tokens meet.",
    ),
    question(
        "Before training the loss is about 6.7 nats, with 800 tokens. Why?",
        right="log 800 is 6.7: to it all tokens are about equally likely",
        wrong={
            "The weights were trained before": "They were drawn by chance a moment ago.",
            "Every network starts at 6.7": "With another vocabulary it would be another number: the logarithm of its size.",
        },
        why="A first loss far above the logarithm of the vocabulary's size is the sign of a fault.",
    ),
    question(
        "What becomes of the text at a temperature close to 0?",
        right="The likeliest token is taken every time, so it says the same again and again",
        wrong={
            "It becomes random": "That is a high temperature: all tokens become equally likely.",
            "The model learns more slowly": "The temperature changes no weight. It only changes how a token is drawn.",
        },
        why="Dividing by a small number makes the differences between logits large, and the softmax sure.",
    ),
)
