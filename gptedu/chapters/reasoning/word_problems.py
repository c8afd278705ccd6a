"""Thirty word problems of our own, of one to three steps, for a real model: question and answer."""
# ruff: noqa: E501 a problem a line

from __future__ import annotations

WORD_PROBLEMS: tuple[tuple[str, int], ...] = (
    ("A shelf holds 12 jars. Mia takes down 5 of them and puts up 3 new ones. How many jars are on the shelf?", 10),
    ("A bus has 14 people on it. At the school 6 get off and 9 get on. How many people are on the bus?", 17),
    ("Omar bakes 24 rolls. He eats 2 and packs the others in bags of 11. How many bags does he fill?", 2),
    ("Each of 4 friends brings 3 lemons. They squeeze 7 lemons. How many lemons are left?", 5),
    ("A rope is 30 metres long. Two pieces of 8 metres are cut off. How long is the rest, in metres?", 14),
    ("Lena reads 9 pages on Monday and twice as many on Tuesday. How many pages does she read in both days?", 27),
    ("A tank has 50 litres of water. 15 litres leak out and 5 litres are poured in. How many litres are there?", 40),
    ("There are 18 chairs in 3 equal rows. One row is taken away. How many chairs are left?", 12),
    ("A pen costs 2 euros and a book costs 7 euros. What do 3 pens and 1 book cost together, in euros?", 13),
    ("Tariq is 11. His sister is 4 years younger, and his father is 5 times as old as she is. How old is the father?", 35),
    ("A farmer has 20 hens. A fox takes 3, and 8 chicks hatch. How many birds are there?", 25),
    ("Six boxes have 5 pears each. 4 pears are bad. How many pears are good?", 26),
    ("A train leaves with 40 people. 12 get off at the first stop and 10 at the second. How many stay?", 18),
    ("Nora saves 6 coins a week for 4 weeks and spends 10. How many coins has she left?", 14),
    ("A cake is cut into 16 pieces. 3 children eat 2 pieces each. How many pieces are left?", 10),
    ("There are 7 red and 9 blue balls in a bag, and 5 balls are taken out. How many balls are in the bag?", 11),
    ("A garden has 8 rows of 4 tulips. Half of the tulips are picked. How many tulips stay?", 16),
    ("Ben has 15 marbles. He wins 6 and gives half of all to Ada. He had lost 1 before that. How many has he left?", 10),
    ("A class of 28 makes teams of 4. One team goes home. How many teams are left?", 6),
    ("A jug holds 3 litres. Anna fills it 4 times and drinks 2 litres. How many litres are left?", 10),
    ("Ivan walks 5 kilometres a day from Monday to Friday and 8 on Sunday. How many kilometres does he walk?", 33),
    ("A shop has 60 eggs. It sells 2 dozen. How many eggs are left?", 36),
    ("Zoe has 3 boxes of 10 pencils and loses 7 pencils. How many pencils has she?", 23),
    ("A tower has 9 floors with 2 flats each. 5 flats are empty. In how many flats do people live?", 13),
    ("Paul had 21 stamps. He gave 4 to each of 3 friends. How many stamps has he now?", 9),
    ("A boat takes 6 people. How many trips does it need to bring 24 people over, if nobody comes back?", 4),
    ("Milk costs 2 euros and bread 3 euros. Sara pays for 2 of each with 20 euros. How many euros does she get back?", 10),
    ("There were 13 birds on a roof. 5 flew away, then 2 came back. How many are on the roof?", 10),
    ("A box of 48 sweets is shared by 6 children. Tom eats 3 of his. How many of his are left?", 5),
    ("Hana plants 4 trees a day for 5 days. 3 of them die. How many trees grow?", 17),
)  # fmt: skip

EXAMPLES: tuple[tuple[str, str, int], ...] = (
    ("A bowl has 9 plums. Eli eats 2 and puts 6 new ones in. How many plums are in the bowl?", "There were 9 plums. Eli ate 2, so 9 - 2 = 7 were left. Then there were 7 + 6 = 13.", 13),
    ("A cinema has 5 rows of 8 seats. 12 seats are taken. How many seats are free?", "There are 5 x 8 = 40 seats. 12 are taken, so 40 - 12 = 28 are free.", 28),
    ("Kim is 6. Her brother is twice as old, and her cousin is 3 years younger than he is. How old is the cousin?", "The brother is 2 x 6 = 12. The cousin is 12 - 3 = 9.", 9),
    ("A ticket costs 4 euros. Raj buys 3 and pays with 20 euros. How many euros does he get back?", "3 tickets cost 3 x 4 = 12 euros. Raj gets 20 - 12 = 8 euros back.", 8),
)  # fmt: skip
"""Question, steps and answer: what stands before each problem in a prompt with examples."""

BRIDGE = "Four people come to a bridge at night. They need 1, 2, 5 and 10 minutes to cross it. At most two can cross at a time, as slowly as the slower of them, and whoever crosses needs the lamp. There is one lamp. In how many minutes can all be on the other side?"
"""The bridge at night, as a question; 17 minutes (see `gptedu.reasoning.bridge`)."""
