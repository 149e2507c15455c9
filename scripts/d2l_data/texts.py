"""Data sets of text: sentences from small grammars, with something in them to learn."""

from __future__ import annotations

from make_idx_data import gzipped

from . import maker
from .files import archived, tarred


def listed(text):
    """Return the words of a text."""
    return text.split()


POSITIVE = listed(
    "great wonderful superb touching brilliant charming delightful perfect fresh good"
)
NEGATIVE = listed("awful terrible dull boring weak clumsy dreadful poor stale horrible")
_FILM = listed("film movie story plot cast acting music ending script picture")
_FILLER = listed("the a this it was is and with of in really quite very rather so")
COMMON = [*_FILM, *_FILLER, *listed("people man woman dog child street park outside sleeping")]
"""Words that the made texts hold; the made word vectors know them."""


def pick(stream, words):
    """Draw one of ``words``, a list or a text of words."""
    choice = listed(words) if isinstance(words, str) else words
    return choice[stream.randint(len(choice))]


def lines(rows):
    """Return rows as text, a newline behind each, in UTF-8."""
    return "".join(f"{row}\n" for row in rows).encode()


# ---- novels and songs

_PEOPLE = ("the traveller", "the psychologist", "the editor", "filby", "the quiet man", "weena")
_ACTS = listed("watched saw feared followed lost found seized turned repaired jarred examined")
_THINGS = (
    "the machine", "a lever of quartz", "the bronze doors", "a box of matches", "the white sphinx",
    "the lamp", "an ivory bar", "the dark well", "the sun", "the years", "a zigzag path",
)  # fmt: skip
_WHERE = ("in the future", "by the fire", "under the hill", "upon the lawn", "in the laboratory")


@maker("time_machine")
def time_machine(stream):
    """Make timemachine.txt: 1,000 lines of a novel about a machine, all letters in it."""
    rows = ["The Time Machine, a made text in the manner of H. G. Wells", "", "", "I", ""]
    start = "The Time Traveller (for so we will call him) spoke of a queer, vexed thing."
    rows.append(start)
    while len(rows) < 1000:
        who, act, thing = pick(stream, _PEOPLE), pick(stream, _ACTS), pick(stream, _THINGS)
        ending = pick(stream, (".", ";", "!", "--"))
        rows.append(f"{who.capitalize()} {act} {thing} {pick(stream, _WHERE)}{ending}")
        if stream.randint(8) == 0:
            rows.append("")
    yield "d2l/timemachine.txt", lines(rows)


@maker("jaychou_lyrics")
def lyrics(stream):
    """Make jaychou_lyrics.txt.zip: 1,500 lines of song in Chinese, without a real line in it."""
    things = listed("月光 大海 夏天 星星 蓝天 雨声 清晨 风车 小河 远山 灯火 故事")
    verbs = listed("想要 分开 不分开 看见 等待 记得 穿过 唱着 画出 听见")
    ends = listed("的你 的我 的歌 的梦 一起走 慢慢飞 在这里 不回头")
    rows = [
        f"{pick(stream, verbs)}{pick(stream, things)} {pick(stream, verbs)}{pick(stream, ends)}"
        for _ in range(1500)
    ]
    yield "d2l/jaychou_lyrics.txt.zip", archived({"jaychou_lyrics.txt": lines(rows)})


# ---- translation

_SUBJECTS = {
    "i": ("i am", "je suis"), "you": ("you are", "tu es"), "he": ("he is", "il est"),
    "she": ("she is", "elle est"), "we": ("we are", "nous sommes"),
    "they": ("they are", "ils sont"),
}  # fmt: skip
_STATES = {
    "calm": ("calme", "calmes"), "sad": ("triste", "tristes"), "young": ("jeune", "jeunes"),
    "rich": ("riche", "riches"), "weak": ("faible", "faibles"), "brave": ("brave", "braves"),
    "tall": ("large", "larges"), "honest": ("honnête", "honnêtes"), "shy": ("timide", "timides"),
}  # fmt: skip
_ADVERBS = {
    "": "", "very": "très", "so": "si", "too": "trop", "quite": "assez", "still": "encore",
    "often": "souvent", "always": "toujours", "rarely": "rarement",
}  # fmt: skip
_QUESTIONS = {".": ".", "!": "\u202f!", "?": "\u202f?"}


@maker("fra-eng")
def translations(stream):
    """Make fra-eng.zip, some 1,100 pairs by length, and the 20 pairs of fr-en-small.txt."""
    rows = [
        ("Go.", "Va\u202f!"), ("I lost.", "J'ai perdu."), ("He's calm.", "Il est calme."),
        ("I'm home.", "Je suis chez moi."), ("Run!", "Cours\u202f!"), ("Go on.", "Continue."),
        ("He's tall.", "Il est large."), ("I'm sad.", "Je suis triste."),
    ]  # fmt: skip
    for english, french in _SUBJECTS.values():
        many = french.endswith(("sommes", "sont"))
        for state, forms in _STATES.items():
            for adverb, adverbe in _ADVERBS.items():
                for mark, marque in _QUESTIONS.items():
                    said = " ".join(filter(None, (english, adverb, state)))
                    dit = " ".join(filter(None, (french, adverbe, forms[many])))
                    rows.append((said.capitalize() + mark, dit.capitalize() + marque))
    kept = [rows[i] for i in sorted(stream.permutation(len(rows))[:1100])]
    pairs = sorted({*rows[:8], *kept}, key=lambda pair: (len(pair[0]), pair))
    text = lines(f"{english}\t{french}" for english, french in pairs)
    yield "d2l/fra-eng.zip", archived({"fra-eng/fra.txt": text})
    small = {
        "elle est vieille .": "she is old .", "elle est tranquille .": "she is quiet .",
        "elle a tort .": "she is wrong .", "elle est canadienne .": "she is canadian .",
        "elle est japonaise .": "she is japanese .", "ils sont russes .": "they are russian .",
        "ils se disputent .": "they are arguing .", "ils regardent .": "they are watching .",
        "ils sont acteurs .": "they are actors .", "elles sont crevees .": "they are exhausted .",
        "il est mon genre !": "he is my type !", "il a des ennuis .": "he is in trouble .",
        "c est mon frere .": "he is my brother .", "c est mon oncle .": "he is my uncle .",
        "il a environ mon age .": "he is about my age .",
        "elles sont toutes deux bonnes .": "they are both good .",
        "elle est bonne nageuse .": "she is a good swimmer .",
        "c est une personne adorable .": "he is a lovable person .",
        "il fait du velo .": "he is riding a bicycle .",
        "ils sont de grands amis .": "they are great friends .",
    }  # fmt: skip
    yield "d2l/fr-en-small.txt", lines(f"{french}\t{english}" for french, english in small.items())


# ---- corpora

_TOPICS = (
    "market stock price share bond rate bank fund trader profit",
    "chip computer software intel data system network disk memory code",
    "court judge law trial case lawyer jury appeal ruling right",
    "film actor scene stage song singer band record music show",
)
_VERBS = listed("rose fell said made took held gave sold kept won")


def _sentence(stream):
    topic = _TOPICS[stream.randint(len(_TOPICS))].split()
    words = ["the"]
    for _ in range(stream.randint(2, 5)):
        words += [pick(stream, topic), pick(stream, _VERBS), pick(stream, ("the", "a", "its", "N"))]
    return " ".join([*words, pick(stream, topic)])


@maker("ptb")
def penn(stream):
    """Make ptb.zip: 1,500 sentences on four subjects, with <unk> and N."""
    files = {}
    for part, count in (("train", 1500), ("valid", 200), ("test", 200)):
        rows = (
            f" {_sentence(stream)}{' <unk>' if stream.randint(5) == 0 else ''} "
            for _ in range(count)
        )
        files[f"ptb/ptb.{part}.txt"] = lines(rows)
    yield "d2l/ptb.zip", archived(files)


@maker("wikitext-2")
def wikitext(stream):
    """Make wikitext-2-v1.zip: 400 paragraphs of two to six sentences, under titles."""
    files = {}
    for part, count in (("train", 400), ("valid", 40), ("test", 40)):
        rows = []
        for number in range(count):
            if number % 10 == 0:
                rows += [" ", f" = Subject {number // 10} = ", " "]
            said = (_sentence(stream).capitalize() for _ in range(stream.randint(2, 7)))
            rows.append(f" {' . '.join(said)} . ")
        files[f"wikitext-2/wiki.{part}.tokens"] = lines(rows)
    yield "d2l/wikitext-2-v1.zip", archived(files)


@maker("aclImdb")
def reviews(stream):
    """Make aclImdb_v1.tar.gz: 64 reviews in each of four folders."""
    files = {}
    for part in ("train", "test"):
        for label, words in (("pos", POSITIVE), ("neg", NEGATIVE)):
            for number in range(64):
                text = []
                for _ in range(stream.randint(2, 7)):
                    text += [pick(stream, _FILLER), pick(stream, _FILM), pick(stream, _FILLER)]
                    text += [pick(stream, words), pick(stream, ("and", "but", ".", "<br />"))]
                score = stream.randint(7, 11) if label == "pos" else stream.randint(1, 5)
                name = f"aclImdb/{part}/{label}/{number}_{score}.txt"
                files[name] = f"I think {' '.join(text)}".encode()
    yield "d2l/aclImdb_v1.tar.gz", gzipped(tarred(files))


_DOINGS = listed("eating sleeping running reading singing cooking painting swimming")
_ACTORS = ("a man", "a woman", "two people", "a child", "some dogs", "an old man", "three girls")
_PLACES = ("outside", "in a park", "on a street", "at home", "near the sea")


def _tree(words):
    """Return words in the brackets of a binary parse, from the right."""
    return words[0] if len(words) == 1 else f"( {words[0]} {_tree(words[1:])} )"


@maker("SNLI")
def inference(stream):
    """Make snli_1.0.zip: 600 and 200 pairs of sentences; some without a label, as there are."""
    columns = (
        "gold_label", "sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse",
        "sentence2_parse", "sentence1", "sentence2", "captionID", "pairID", "label1", "label2",
    )  # fmt: skip
    files, columns = {}, "\t".join(columns)
    for part, count in (("train", 600), ("dev", 100), ("test", 200)):
        rows = [columns]
        for number in range(count):
            who, doing, where = pick(stream, _ACTORS), pick(stream, _DOINGS), pick(stream, _PLACES)
            label = ("entailment", "contradiction", "neutral")[number % 3]
            premise = f"{who.capitalize()} is {doing} {where} ."
            then = {
                "entailment": f"Somebody is {doing} .",
                "contradiction": f"Nobody is {doing} .",
                "neutral": f"{who.capitalize()} is waiting for a friend .",
            }[label]
            gold = "-" if number % 29 == 28 else label
            trees = [_tree(text.split()) for text in (premise, then)]
            spoken = [text.replace(" .", ".") for text in (premise, then)]
            caption = f"{number}.jpg#0"
            row = (gold, *trees, *trees, *spoken, caption, f"{caption}r1", label, "")
            rows.append("\t".join(row))
        files[f"snli_1.0/snli_1.0_{part}.txt"] = lines(rows)
    yield "d2l/snli_1.0.zip", archived(files)
