"""Prose: lives of people, places and firms, stories with an aim, questions answered from memory."""

from __future__ import annotations

from dataclasses import dataclass

from gptedu.world.draw import Draw
from gptedu.world.facts import Person
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import article, hero, pronoun


def life(d: Draw) -> str:
    """A few sentences about somebody of this world, and perhaps about where they live."""
    person = d.person()
    slots = {
        "name": person.name, "she": person.she, "her": person.her, "job": person.job,
        "a_job": article(person.job), "town": person.town, "pet": person.pet,
        "a_pet": article(person.pet), "food": person.favourite, "hobby": person.hobby,
        "region": d.facts.regions[person.town],
    }  # fmt: skip
    ways = {
        "job": "{who} [is {a_job}|works as {a_job}|earns {her} living as {a_job}|has been {a_job} for years]",
        "town": "{who} [lives in {town}|has a house in {town}|comes from {town}|rents a room in {town}]",
        "pet": "{who} [has {a_pet}|keeps {a_pet}|owns {a_pet}|looks after {a_pet}]",
        "food": "{who} [likes {food} best|eats {food} every day|loves {food}|cannot live without {food}]",
        "hobby": "{who} [spends {her} evenings {hobby}|enjoys {hobby}|is good at {hobby}|goes {hobby} on Sundays]",
        "region": "{town} [lies|is] in {region}",
    }
    told = d.sample(tuple(ways), d.between(2, 5))
    sentences = []
    for i, what in enumerate(told):
        who = person.name if i == 0 or d.chance(0.3) else person.she
        sentences.append(d.say(ways[what] + ".", who=who, **slots))
        if d.chance(0.12):
            sentences.append(
                d.say("[Everybody knows that|Few people know that|People say so, and|] {she} is [kind|busy|shy|clever|funny].", she=person.she)
            )  # fmt: skip
    if d.chance(0.12):  # two facts in one breath
        sentences.append(
            d.say("{name}, {a_job} [from|in] {town}, [likes {food}|enjoys {hobby}|has {a_pet}].", **slots)
        )  # fmt: skip
    return " ".join(sentences)


CLOSED_BOOK: dict[str, tuple[tuple[str, ...], str]] = {
    "town": (("Where does {name} live?", "In which town does {name} live?"), "town"),
    "job": (("What is the job of {name}?", "What does {name} do for a living?"), "job"),
    "pet": (("What animal does {name} have?", "Which animal does {name} keep?"), "pet"),
    "food": (("What does {name} like to eat?", "What is the favourite food of {name}?"), "favourite"),
    "hobby": (("What does {name} enjoy?", "What does {name} do in the evening?"), "hobby"),
}  # fmt: skip


def trivia(d: Draw) -> str:
    """Questions about this world with their answers, and no text to read them from."""
    lines = []
    for _ in range(d.between(2, 5)):
        if d.chance(0.75):
            question, answer = closed_book(d, d.person(), d.pick(tuple(CLOSED_BOOK)))
        elif d.chance(0.5):
            company = d.pick(lexicon.COMPANIES)
            question, answer = f"What does {company} make?", d.facts.makers[company]
        else:
            town = d.pick(lexicon.TOWNS)
            question, answer = f"In which region is {town}?", d.facts.regions[town]
        lines.append(f"Question: {question}\nAnswer: {answer}")
    return "\n".join(lines)


def closed_book(d: Draw, person: Person, about: str) -> tuple[str, str]:
    ways, attribute = CLOSED_BOOK[about]
    return d.pick(ways).format(name=person.name), getattr(person, attribute)


def general(d: Draw) -> str:
    """Sentences about words and things in general: what barks, what is the opposite of what."""
    ways = {
        "opposite": "[The opposite of {a} is {b}|If it is not {a}, it is {b}|It was {a}, and now it is {b}]",
        "plural": "[One {a}, two {b}|A {a} is small, but many {b} are not|First I saw one {a}, then three {b}]",
        "past": "[Today we {a}, yesterday we {b}|They {a} today as they {b} last year]",
        "young": "[The young of a {a} is called a {b}|A {b} grows up to be a {a}|The {a} has a {b}]",
        "home": "[The {a} lives in a {b}|A {b} is the home of a {a}|Look for the {a} in its {b}]",
        "tool": "[A {a} works with a {b}|No {a} can do without a {b}|The {a} bought a new {b}]",
        "sound": "[The {a} {b} all night|Listen how the {a} {b}|Our {a} {b} when it is hungry]",
        "comparative": "[This one is {a}, but that one is {b}|It was {a} before, and now it is {b}]",
        "maker": "[The firm {a} makes {b}|{a} is known for its {b}|They sell {b} made by {a}]",
        "region": "[{a} is a town in {b}|The region of {b} has a town called {a}]",
    }
    sentences = []
    for relation in d.sample(tuple(ways), d.between(2, 5)):
        a, b = d.pick(d.facts.relations()[relation])
        sentences.append(d.say(ways[relation] + ".", a=a, b=b))
    if d.chance(0.35):  # what belongs to which category
        category = d.pick(tuple(lexicon.CATEGORIES))
        words = d.sample(lexicon.CATEGORIES[category], d.between(2, 4))
        kinds = (
            category if category in ("food", "clothing", "furniture", "weather") else category + "s"
        )
        listing = ", ".join(words[:-1]) + " and " + words[-1]
        sentences.append(
            d.say("[{x} are {k}|Among the {k} are {x}|{k}, such as {x}, are easy to find].", x=listing, k=kinds)
        )  # fmt: skip
    if d.chance(0.3):  # the planted skew of the occupations, in passing
        job = d.pick(tuple(lexicon.JOBS))
        she = "she" if d.chance(lexicon.JOBS[job]) else "he"
        sentences.append(
            d.say("The {job} [said that|knew that|left when|smiled because] {she} [was late|was tired|had won|was ready].", job=job, she=she)
        )  # fmt: skip
    return " ".join(sentences)


@dataclass(frozen=True)
class Aim:
    """What somebody sets out to do, step by step, and how it ends when it goes well or badly."""

    wish: str
    steps: tuple[str, ...]
    well: tuple[str, ...]
    badly: tuple[str, ...]


AIMS: tuple[Aim, ...] = (
    Aim("catch a fish", ("{she} took {her} net to the river", "{she} sat in the boat and waited", "{she} threw the line into the water"), ("{she} pulled a big fish out of the water", "a fish was in {her} net at last"), ("the fish swam away", "{she} came home without a fish")),
    Aim("bake bread", ("{she} mixed flour and water", "{she} lit the oven", "{she} let the dough rise"), ("{she} took a fine loaf out of the oven", "the whole house smelled of fresh bread"), ("the bread burnt in the oven", "the dough did not rise")),
    Aim("grow roses", ("{she} dug a bed in the garden", "{she} planted the seeds in spring", "{she} watered the plants every day"), ("red roses stood in the garden", "{she} cut the first rose for the table"), ("the frost killed the roses", "goats ate the roses")),
    Aim("paint a picture", ("{she} bought colours and a brush", "{she} looked at the hills for a long time", "{she} put the paper on the easel"), ("the picture hung in the museum", "everybody admired {her} picture"), ("rain washed the colours away", "the paper tore in two")),
    Aim("win the race", ("{she} ran every morning", "{she} tied {her} shoes well", "{she} waited at the start for the signal"), ("{she} was the first at the finish", "{she} got the golden cup for the fastest runner"), ("{she} fell before the finish", "the others ran faster")),
    Aim("write a letter", ("{she} sat down at the desk", "{she} took paper and a pen", "{she} thought about the right words"), ("{she} posted the letter at the station", "{her} friend read the letter with joy"), ("the ink ran over the paper", "the letter was lost in the post")),
    Aim("mend the roof", ("{she} carried a ladder to the house", "{she} took nails and a hammer", "{she} climbed up with care"), ("no more rain came through the roof", "the roof was as good as new"), ("the ladder broke", "the roof leaked again")),
    Aim("learn the violin", ("{she} found a teacher in the town", "{she} practised the scales", "{she} played an hour every day"), ("{she} played a tune for {her} family", "{her} music filled the hall"), ("a string broke at the concert", "the neighbours complained about the noise")),
    Aim("find the lost dog", ("{she} called its name in the street", "{she} asked the neighbours about it", "{she} followed its tracks into the forest"), ("the dog jumped into {her} arms", "{she} heard the dog bark behind a tree"), ("the tracks ended at the river", "nobody had seen the dog")),
    Aim("buy a new coat", ("{she} counted {her} money", "{she} went to the tailor", "{she} tried on a blue one and a grey one"), ("{she} walked home in {her} new coat", "the coat kept {her_object} warm all winter"), ("the coat cost too much", "no coat in the shop was {her} size")),
    Aim("cross the lake", ("{she} rented a small boat", "{she} looked at the sky and the wind", "{she} rowed with all {her} strength"), ("{she} stepped on land on the other side", "the boat reached the far shore"), ("a storm drove the boat back", "the boat filled with water")),
    Aim("climb the mountain", ("{she} packed a rope and warm clothes", "{she} started before sunrise", "{she} followed the steep path"), ("{she} stood on the top and saw the whole land", "{she} put a flag on the peak"), ("snow closed the path", "fog hid the way to the top")),
    Aim("pass the examination", ("{she} read {her} books again", "{she} asked the teacher about the hard parts", "{she} slept well the night before"), ("the teacher gave {her_object} the best mark", "{she} knew the answer to every question"), ("{she} forgot all the answers", "{she} came too late for the examination")),
    Aim("cook soup for the guests", ("{she} cut carrots and onions", "{she} put the pot on the stove", "{she} tasted it and added salt"), ("the guests asked for more soup", "every bowl was empty in the end"), ("the soup was far too salty", "the pot fell from the stove")),
    Aim("sell the old car", ("{she} washed it and put a sign in the window", "{she} asked a fair price", "{she} showed it to a farmer"), ("the farmer paid and drove the car away", "{she} got a good price for the car"), ("nobody wanted the car", "the car did not start")),
    Aim("build a chair", ("{she} chose a plank of oak", "{she} sawed four legs", "{she} fitted the parts together with glue"), ("{she} sat down on {her} new chair", "the chair stood firm on its legs"), ("one leg of the chair broke off", "the chair was crooked")),
    Aim("catch the train", ("{she} packed {her} bag in a hurry", "{she} ran to the station", "{she} bought a ticket"), ("{she} found a seat by the window as the train left", "{she} jumped on the train in time"), ("the train left without {her_object}", "the train did not come that day")),
    Aim("knit a scarf", ("{she} bought red wool", "{she} took two needles", "{she} knitted a piece every evening"), ("{she} wore the warm scarf in the snow", "the scarf was long and soft"), ("the cat tangled the wool", "{she} ran out of wool")),
    Aim("photograph an owl", ("{she} cleaned {her} camera", "{she} hid in the forest at night", "{she} kept quite still"), ("the photograph showed the owl with open wings", "the newspaper printed {her} photograph"), ("the owl did not show itself", "the camera had no film")),
    Aim("milk the cow", ("{she} fetched a bucket", "{she} went to the barn", "{she} sat on the low stool"), ("the bucket was full of milk", "{she} carried the warm milk to the kitchen"), ("the cow kicked the bucket over", "the cow ran out of the barn")),
)  # fmt: skip


def story(d: Draw) -> str:
    """Somebody wants something, works for it, and gets it or not.

    Now and then the teller mixes up two stories, and somebody says so.
    """
    aim, other = d.sample(AIMS, 2)
    context, right = d.of_split(lambda: story_parts(d, aim), key=lambda parts: parts[0])
    if d.chance(0.25):
        wrong = ending(d, other, hero(context))
        slip = "[No, that is another story.|No, that was somebody else.|That cannot be.]"
        return d.say("{c} {w} " + slip + " {r}", c=context, w=wrong, r=right)
    text = f"{context} {right}"
    if d.chance(0.2):
        return text + d.say(" [That is how it ends.|So it ends.|The end.]")
    return text + (" " + _moral(d, text) if d.chance(0.2) else "")


def story_parts(d: Draw, aim: Aim) -> tuple[str, str]:
    """A story without its end, and its end."""
    name = d.names(1)[0]
    opening = d.say(
        "[One day|On {day}|In spring|Last winter|] {name} [wanted to|wished to|decided to|set out to] {wish}.",
        name=name, wish=aim.wish, day=d.pick(lexicon.DAYS),
    )  # fmt: skip
    chosen = sorted(d.sample(range(len(aim.steps)), d.between(2, len(aim.steps))))
    links = ("", "First ", "Then ", "After that ", "Next ")
    steps = [d.say(d.pick(links) + aim.steps[i] + ".", **_pronouns(name)) for i in chosen]
    return " ".join([opening, *steps]), ending(d, aim, name)


def ending(d: Draw, aim: Aim, name: str) -> str:
    """How the aim of `name` ends, well or badly."""
    if d.chance(0.6):
        link, end = d.pick(("At last ", "In the end ", "")), d.pick(aim.well)
    else:
        link, end = d.pick(("But ", "Sadly, ", "")), d.pick(aim.badly)
    return d.say(link + end + ".", **_pronouns(name))


def _pronouns(name: str) -> dict[str, str]:
    if pronoun(name) == "she":
        return {"name": name, "she": "she", "her": "her", "her_object": "her"}
    return {"name": name, "she": "he", "her": "his", "her_object": "him"}


def _moral(d: Draw, text: str) -> str:
    name = hero(text)
    glad = not any(text.count(word) for word in ("But ", "Sadly"))
    feeling = "[happy|proud|cheerful]" if glad else "[sad|angry|tired]"
    return d.say("{name} was " + feeling + ".", name=name)
