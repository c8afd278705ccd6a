"""The words of the miniature web: what there is, and which words belong together.

Everything here is the same in every world; what a seed decides (who lives where, who makes
what) is in `facts`. Words are listed by the category that sorting tasks ask for, and pairs by
the relation that lists of pairs ask for.
"""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """Words written one after the other, as a tuple."""
    return tuple(text.split())


def pairs_of(text: str) -> tuple[tuple[str, str], ...]:
    """Read "hot/cold big/small" as (("hot", "cold"), ("big", "small"))."""
    pairs = (pair.split("/") for pair in text.split())
    return tuple((left, right) for left, right in pairs)


WOMEN = words(
    "Anna Mia Nora Ella Ruth Clara Ida Lucy Vera Jane Rosa Emma Alma Greta Sara Julia Maya Edith "
    "Hanna Lena Tilda Wanda Zoe Agnes Betty Carla Dora Fanny Gina Helga Irene Kate Lydia Mona "
    "Nina Olga Paula Rita Sonia Thea Ursula Viola Wilma Alice Bella Cora Daisy Elsa"
)
MEN = words(
    "Tom Ben Leo Max Paul Otto Hugo Sam Carl Peter Jack Oscar Felix Simon Adam Henry David Emil "
    "Frank George Ivan Jonas Karl Louis Martin Noah Oliver Philip Ralph Stefan Theo Victor Walter "
    "Arthur Bruno Conrad Daniel Edgar Fred Gustav Harold Isaac Jacob Kurt Lars Milo Nathan Owen"
)
# Never in a training document: a test that asks whether a skill reaches new names uses these.
HELD_OUT_WOMEN = words("Ingrid Marta Phoebe Selma Yvonne Hilda Beatrice Naomi")
HELD_OUT_MEN = words("Rupert Gilbert Anton Boris Quentin Rufus Dexter Alfred")
NAMES = frozenset(WOMEN + MEN + HELD_OUT_WOMEN + HELD_OUT_MEN)

TOWNS = words(
    "Arvale Brindle Corfold Dunmere Elmsey Farrow Glenby Harwick Islet Jasmond Kelding Lorn "
    "Marsby Norwell Oakham Pellow Quarley Rosden Stell Tarnby Ulford Vexley Wendle Yarrow"
)
REGIONS = words("Northmark Eastfold Southmoor Westlea Highland Lowfen")
COMPANIES = words(
    "Adler Bolt Crane Dorn Ember Falk Grove Hask Iver Jolt Kestrel Lumen Morrow Nordell Orbis "
    "Pryce Quill Rook Solway Tansy"
)

CATEGORIES: dict[str, tuple[str, ...]] = {
    "animal": words(
        "dog cat horse cow sheep goat pig duck goose hen rabbit fox wolf bear deer mouse lion "
        "tiger frog owl eagle crow swan bee ant spider snake donkey camel otter seal whale"
    ),
    "food": words(
        "bread cheese soup rice honey butter cake pie salad stew jam toast porridge pasta "
        "omelette sausage pancake pudding biscuit yogurt"
    ),
    "fruit": words(
        "apple pear plum cherry grape lemon orange peach melon fig banana strawberry apricot lime"
    ),
    "vegetable": words(
        "carrot onion potato cabbage bean pea leek turnip pumpkin tomato spinach radish celery"
    ),
    "tool": words(
        "hammer saw drill spade rake axe chisel wrench pliers needle scissors ladder shovel brush "
        "file rope"
    ),
    "clothing": words(
        "coat hat scarf shirt skirt sock glove boot shoe dress jacket belt apron sweater vest cap"
    ),
    "furniture": words(
        "table chair bed sofa shelf desk bench cupboard drawer stool wardrobe mirror carpet"
    ),
    "instrument": words(
        "violin piano flute drum guitar trumpet harp cello organ horn fiddle banjo"
    ),
    "flower": words("rose tulip daisy lily violet poppy iris orchid daffodil lavender clover"),
    "tree": words("oak pine birch maple willow elm cedar beech ash chestnut larch"),
    "vehicle": words("car bus train bicycle boat ship truck wagon tram sled ferry carriage"),
    "colour": words("red blue green yellow black white brown grey purple pink golden silver"),
    "weather": words("rain snow wind fog hail thunder storm frost sunshine cloud mist"),
    "metal": words("iron copper tin lead steel brass zinc bronze nickel"),
}

GROCERIES = words(
    "bread cheese rice honey butter jam pasta yogurt milk salt sugar flour tea coffee oil"
)
THINGS = words(
    "lamp book cup key box bag clock letter map ball plate bottle basket candle pen ring coin "
    "umbrella kettle pillow blanket spoon knife bowl bucket broom camera radio vase ticket "
    "notebook doll kite whistle flag wallet"
)
COLOURS = CATEGORIES["colour"]
MATERIALS = words("wood glass stone paper silk wool leather clay iron copper silver gold")
ROOMS = words(
    "kitchen garden cellar attic hall bedroom bathroom garage office library shed stable porch"
)
PLACES = words(
    "market school church station harbour park museum theatre hospital bakery bank farm mill "
    "forest river lake beach castle bridge square"
)
DAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
FEELINGS = words("happy sad angry tired afraid proud bored calm hungry lonely nervous cheerful")
HOBBIES = words(
    "painting singing dancing fishing swimming cooking reading running sailing knitting riding "
    "climbing skating gardening chess cycling hiking drawing"
)

# Job -> share of women among those who do it. The skew is planted, so that a probe of what a
# model has picked up can be set beside what was there to pick up (GPT-3, Section 6.2.1).
JOBS: dict[str, float] = {
    "baker": 0.5, "doctor": 0.25, "nurse": 0.9, "teacher": 0.75, "farmer": 0.2, "pilot": 0.1,
    "cook": 0.5, "judge": 0.2, "painter": 0.5, "singer": 0.7, "dancer": 0.85, "sailor": 0.05,
    "tailor": 0.4, "carpenter": 0.05, "gardener": 0.4, "librarian": 0.9, "driver": 0.15,
    "plumber": 0.05, "writer": 0.5, "lawyer": 0.3, "miller": 0.2, "barber": 0.3, "dentist": 0.4,
    "fisher": 0.1, "clerk": 0.6, "potter": 0.5, "weaver": 0.8, "smith": 0.05, "guard": 0.1,
    "secretary": 0.9,
}  # fmt: skip

# Adjectives that tell a good review from a bad one, by what is being reviewed.
PRAISE: dict[str, tuple[str, ...]] = {
    "room": words("clean cosy bright spacious quiet tidy charming comfortable warm lovely"),
    "food": words("delicious fresh tasty crisp juicy excellent perfect fragrant splendid rich"),
    "staff": words("friendly kind polite helpful patient cheerful attentive generous welcoming"),
    "story": words("gripping moving funny clever original thrilling touching brilliant witty"),
    "thing": words("sturdy useful reliable handy elegant solid durable practical well-made"),
}
BLAME: dict[str, tuple[str, ...]] = {
    "room": words("dirty cramped dark noisy smelly damp shabby chilly dusty gloomy"),
    "food": words("stale bland burnt soggy greasy awful tasteless rotten bitter dreadful"),
    "staff": words("rude unkind lazy grumpy careless slow impatient unfriendly hostile"),
    "story": words("boring dull silly confusing predictable tedious shallow clumsy weak"),
    "thing": words("flimsy useless broken fragile ugly unreliable crooked faulty worthless"),
}

# Relations that do not depend on the world. Lists of pairs are made of them; the pairs that
# `Facts.held_out_pairs` names are met in sentences but never in a list.
RELATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "opposite": pairs_of(
        "hot/cold big/small old/new high/low fast/slow hard/soft light/dark wet/dry full/empty "
        "rich/poor strong/weak thick/thin wide/narrow early/late clean/dirty loud/quiet open/closed "
        "happy/sad long/short near/far deep/shallow sharp/blunt sweet/sour smooth/rough true/false "
        "young/aged brave/timid heavy/weightless tight/loose good/bad right/wrong tall/tiny "
        "safe/dangerous rare/common cheap/costly simple/difficult"
    ),
    "plural": pairs_of(
        "mouse/mice goose/geese child/children foot/feet tooth/teeth man/men woman/women leaf/leaves "
        "knife/knives wolf/wolves box/boxes bus/buses city/cities baby/babies berry/berries "
        "loaf/loaves shelf/shelves calf/calves half/halves thief/thieves life/lives dish/dishes "
        "bench/benches church/churches fox/foxes lady/ladies party/parties story/stories "
        "ox/oxen brush/brushes glass/glasses hero/heroes potato/potatoes"
    ),
    "past": pairs_of(
        "go/went see/saw eat/ate take/took give/gave buy/bought make/made find/found run/ran "
        "sing/sang write/wrote come/came drink/drank swim/swam catch/caught teach/taught "
        "think/thought bring/brought sleep/slept leave/left lose/lost sell/sold tell/told "
        "build/built send/sent keep/kept feel/felt meet/met know/knew grow/grew throw/threw "
        "break/broke speak/spoke drive/drove ride/rode"
    ),
    "young": pairs_of(
        "dog/puppy cat/kitten cow/calf sheep/lamb horse/foal goat/kid pig/piglet duck/duckling "
        "goose/gosling hen/chick bear/cub deer/fawn frog/tadpole swan/cygnet owl/owlet eagle/eaglet "
        "rabbit/bunny seal/pup"
    ),
    "home": pairs_of(
        "bee/hive bird/nest horse/stable dog/kennel pig/sty spider/web fox/den rabbit/burrow "
        "cow/barn fish/pond lion/cave ant/hill hen/coop snail/shell sheep/fold mouse/hole owl/tree "
        "bear/lair"
    ),
    "tool": pairs_of(
        "baker/oven farmer/plough painter/brush tailor/needle carpenter/saw gardener/spade "
        "writer/pen cook/pan fisher/net smith/anvil barber/scissors doctor/stethoscope teacher/chalk "
        "sailor/compass weaver/loom potter/wheel driver/map miller/millstone judge/gavel singer/voice"
    ),
    "sound": pairs_of(
        "dog/barks cat/purrs cow/moos sheep/bleats horse/neighs duck/quacks lion/roars wolf/howls "
        "bee/buzzes snake/hisses frog/croaks pig/grunts owl/hoots mouse/squeaks crow/caws hen/clucks "
        "donkey/brays bear/growls"
    ),
    "comparative": pairs_of(
        "big/bigger small/smaller old/older cold/colder fast/faster slow/slower high/higher "
        "long/longer strong/stronger good/better bad/worse far/farther happy/happier early/earlier "
        "heavy/heavier easy/easier thin/thinner hot/hotter rich/richer dry/drier late/later "
        "young/younger"
    ),
}
# A whole task that no list in training is about: its words occur in sentences only.
HELD_OUT_RELATIONS = ("sound",)
RELATION_TITLES: dict[str, tuple[str, ...]] = {
    "opposite": ("Opposites", "Words and their opposites"),
    "plural": ("Plurals", "One and many"),
    "past": ("Past tense", "Today and yesterday"),
    "young": ("Animals and their young", "Young animals"),
    "home": ("Where they live", "Animal homes"),
    "tool": ("Tools of the trade", "Who works with what"),
    "sound": ("Animal sounds", "What they do"),
    "comparative": ("Comparing", "More of the same"),
    "maker": ("Makers", "Who makes what"),
    "region": ("Towns and regions", "Where towns lie"),
    "into-english": ("From Velan", "Velan words in English"),
    "out-of-english": ("Into Velan", "English words in Velan"),
}
PRODUCTS = words(
    "clocks boots violins kettles bicycles lamps pianos carpets mirrors knives umbrellas radios "
    "cameras boats ladders candles gloves tractors stoves baskets"
)

# Labels that mean nothing, for sorting tasks. The held-out ones are never in a training document.
LABELS = words(
    "zib mof dax wug tev lup kip bax gorp fep nax rill vosk jit quog pim yud blick strom hep "
    "korn vib snu darg plim tosh grel mib wex frud"
)
HELD_OUT_LABELS = words("zorp flim nurt quib haxo tibb")
