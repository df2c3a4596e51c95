"""Random schemes and data: everything the format has, drawn with a reasonable probability."""

import itertools
import random

from reference.formula_draw import Formulas
from reference.numbers import attempt
from reference.panel import Refused
from reference.scoring import Scoring

MEASURES = [
    "value",
    "change",
    "growth",
    "symmetric_growth",
    "attainment",
    "gap_to_mean",
    "gap_to_pooled",
    "rank_change",
]
RULES = [
    "linear", "ratio", "steps", "per_step", "curve", "rank", "zscore", "interval", "exponential", "bands", "formula",
    "sum", "best_of", "worst_of", "matrix",
]  # fmt: skip
ANCHORS = ["min", "max", "mean", "median", "sd", "count", "first", "pooled", "target", "previous"]
AGGREGATIONS = [
    "arithmetic", "geometric", "harmonic", "power", "minimum", "maximum", "sum", "topsis", "topsis_vector", "median",
    "owa", "waspas", "mazziotta_pareto", "mazziotta_pareto_plus", "vikor", "wroclaw", "promethee", "copeland",
    "benefit_of_the_doubt",
]  # fmt: skip
QUANTIFIERS = [[0, 0.5], [0.5, 1], [0.3, 0.8], [0, 1], [0, 0.375]]
WEIGHTINGS = [
    "equal", "entropy", "standard_deviation", "variance", "coefficient_of_variation", "gini", "angle", "merec", "cilos",
    "critic", "lopcow", "idocriw", "rank_order_centroid",
    # With parameters of which each is to be drawn.
    *["ahp", "best_worst", "pca", "factor"] * 3,
]  # fmt: skip
UNDIRECTED = ["critic", "lopcow", "idocriw"]
TREATMENTS = ["winsorise", "winsorise", "log", "log_plus", "log_shift", "log_gii", "box_cox", "stages"]
IMPUTATIONS = [
    "peer_mean", "peer_median", "carry_forward", "interpolate", "constant", "row_mean", "row_median",
]  # fmt: skip
VARIABLE_MISSING = ["error", "zero", "carry_forward", "interpolate", "peer_mean", "peer_median"]
INDICATOR_MISSING = ["error", "skip", "zero", "full", "peer_mean", "peer_median"]
NOT_APPLICABLE = ["redistribute", "full", "zero", "peer_mean"]
MODES = ["half_up", "half_even", "truncate", "ceiling", "floor"]
TIES = ["competition", "dense", "modified", "average", "ordinal"]
FORMS = ["positive", "reverse", "two_minus", "change"]
BOUNDS = ["at_least", "above", "at_most", "below"]
PARTIAL = ["floor", "ceiling", "linear"]
GRADES_BY = ["score", "rank", "proportion"]
PERIODS = ["year", "half", "quarter", "month"]


def shown(scoring: Scoring, name: str, row: dict):
    """Return a value as it is shown, None where there is none."""
    try:
        return attempt(scoring.shown, name, row["entity"], row["period"])
    except Refused:
        return None


class Case:
    """A scheme and data, from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.draw_data()
        self.draw_scheme()

    # Small helpers.

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def one(self, choices):
        return self.random.choice(list(choices))

    def some(self, table: dict, probability: float = 0.4) -> dict:
        """Return some of the keys, each value drawn only where it is taken."""
        return {key: make() for key, make in table.items() if self.chance(probability)}

    def imputation(self, methods: list):
        """Return what fills missing values."""
        name = self.one(methods)
        among = {"among": lambda: self.one(["class", "all"])} if self.classes else {}
        if name in ("peer_mean", "peer_median"):
            own = {"by": "reg"} if self.chance(0.3) else self.some(among, 0.5)
        elif name in ("row_mean", "row_median"):
            own = self.some(among | {"of": lambda: self.one(["group", "all"])}, 0.5)
        elif name == "carry_forward":
            own = self.some({"within": lambda: self.one([1, 2]), "ends": lambda: True})
        elif name == "interpolate":
            own = self.some({"ends": lambda: True}, 0.6)
        else:
            own = {"value": self.one([0, 1.5, 40])} if name == "constant" else {}
        return {"method": name, **own} if own else name

    def screen(self) -> dict:
        """Return who is assessed."""
        least = self.some(
            {key: lambda: self.one([0.3, 0.5, 2 / 3, 0.75, 1]) for key in ("available", "available_weight", "nonzero")},
            0.5,
        )
        named = [self.one(["keep", "leave", None]) for _ in self.entities]
        lists = {
            way: [e for e, own in zip(self.entities, named, strict=True) if own == way] for way in ("keep", "leave")
        }
        return least | ({way: names[:1] for way, names in lists.items()} if self.chance(0.4) else {})

    def treatment(self, indicator: dict) -> dict:
        """Return a treatment of outlying values."""
        over = {"over": lambda: self.one(["period", "all", self.period_name(self.one(self.periods))])}
        among = {"among": lambda: self.one(["class", "all"])} if self.classes else {}
        return self.method(indicator, self.one(TREATMENTS)) | self.some(over | among, 0.3)

    def method(self, indicator: dict, name: str) -> dict:
        method = {"method": name}
        limits = {
            "skewness": lambda: self.one([0, 0.5, 1, 1.7320508]),
            "kurtosis": lambda: self.one([-6, -2, -1.2, 0, 4]),
        }
        if name == "winsorise":
            if self.chance(0.6):
                return method | self.ends(indicator)
            return method | {"most": self.one([0, 1, 2, 5])} | self.some(limits, 0.8)
        if name == "stages":
            names = [self.one(TREATMENTS[:-1]) for _ in range(self.one([1, 2, 2, 3]))]
            of = [self.method(indicator, name) for name in names]
            return method | {"of": of} | self.some(limits | {"chained": lambda: True}, 0.8)
        return method | ({"lambda": self.one([0, 0.5, 2, -1])} if name == "box_cox" else {})

    def ends(self, indicator: dict) -> dict:
        """Return one end of winsorising or both: quantiles, or values that occur."""
        low, high = sorted(self.random.sample([0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1], 2))
        ends = {"low": {"quantile": low}, "high": {"quantile": high}}
        for end in ends:
            if self.chance(0.3):
                ends[end] = self.one(self.pools[indicator["id"]])
        if self.chance(0.3):
            del ends[self.one(["low", "high"])]
        numbers = [end for end in ends.values() if not isinstance(end, dict)]
        if len(numbers) == 2 and numbers[0] >= numbers[1]:
            del ends["high"]
        return ends

    def points(self) -> float:
        return self.one([0, 10, 20, 30, 50, 60, 62.5, 75, 80, 90, 95.5, 100, 33.3])

    def two_points(self) -> list:
        return sorted(self.random.sample([0, 20, 40, 50, 60, 80, 87.5, 100, 120], 2))

    # The data.

    def draw_data(self) -> None:
        r = self.random
        self.entities = [f"e{k}" for k in range(r.randint(1, 7))]
        self.frequency = self.one(PERIODS) if self.chance(0.3) else "year"
        start = r.randint(2018, 2021) * {"year": 1, "half": 2, "quarter": 4, "month": 12}[self.frequency]
        count = r.randint(1, 4) if self.frequency == "year" else r.randint(2, 6)
        self.periods = [start + k for k in range(count)]
        if count > 2 and self.chance(0.1):
            del self.periods[1]
        self.classes = self.one([[], [], ["A", "B"]])
        self.benchmarks = [self.entities[-1]] if len(self.entities) > 2 and self.chance(0.15) else []
        self.formulas = Formulas(self.random)
        self.variables = self.formulas.variables
        self.rows = []
        class_of = {e: self.one(self.classes) for e in self.entities} if self.classes else {}
        self.class_of = class_of
        gaps = self.one([0, 0, 0.05, 0.2])
        for v in self.variables:
            v["style"] = self.one(["small", "small", "decimal", "fine", "large", "signed", "zeros"])
            if v["unit"] == "%" and v["style"] in ("large",):
                v["style"] = "decimal"
        drop = self.one([0, 0, 0, 0.1])
        for p in self.periods:
            for e in self.entities:
                if self.chance(drop) and len(self.rows) > 2:
                    continue
                row = {"entity": e, "period": p}
                for v in self.variables:
                    row[v["id"]] = None if self.chance(gaps) else self.number(v["style"])
                if self.classes:
                    row["cls"] = None if e in self.benchmarks else class_of[e]
                row["reg"] = self.one(["n", "s", None])
                self.rows.append(row)
        self.periods = sorted({row["period"] for row in self.rows})
        r.shuffle(self.rows)
        if self.formulas.members:
            self.draw_members()

    def draw_members(self) -> None:
        """Draw the members of each row: none of some, nothing known of some numbers."""
        own, self.random = self.random, random.Random(len(self.rows) + len(self.entities))
        styles = [self.one(["small", "small", "decimal", "fine", "large", "signed", "zeros"]) for _ in range(3)]
        gaps = self.one([0, 0, 0, 0.1])
        for row in self.rows:
            row["below"] = [
                {
                    "member": f"{k}",
                    **{
                        m["id"]: None if self.chance(gaps) else self.number(style)
                        for m, style in zip(self.formulas.members, styles, strict=True)
                    },
                }
                for k in range(0 if self.chance(0.03) else self.random.randint(1, 5))
            ]
        self.random = own

    def members(self, name_of) -> dict | None:
        """Return the table of the members, None where there is none."""
        below = [(row, m) for row in self.rows for m in row.get("below", ())]
        if not self.formulas.members:
            return None
        table = {"entity": [row["entity"] for row, _ in below], "period": [name_of(row["period"]) for row, _ in below]}
        return table | {c: [m[c] for _, m in below] for c in ("member", *(v["id"] for v in self.formulas.members))}

    def number(self, style: str):
        r = self.random
        if style == "small":
            return r.randint(1, 6)
        if style == "decimal":
            return r.randint(1, 4000) / self.one([10, 100])
        if style == "fine":
            return r.randint(10**15, 9 * 10**15) / 10 ** r.randint(12, 16)
        if style == "large":
            return r.randint(1, 10**15)
        if style == "signed":
            return self.one([0, -1, 1, 0.5, -2.5, r.randint(-50, 50), r.randint(-500, 500) / 10])
        return self.one([0, 0, 1, 2, 3.5])

    def data(self, name_of) -> dict:
        """Return the data as a table of columns."""
        columns = ["entity", *(v["id"] for v in self.variables), *(["cls"] if self.classes else []), "reg"]
        table = {c: [row[c] for row in self.rows] for c in columns}
        return {**table, "period": [name_of(row["period"]) for row in self.rows]}

    # The scheme.

    def draw_scheme(self) -> None:
        r = self.random
        full = self.one([100, 100, 100, 10, 150.5])
        scheme = {"kaohe": 1, "id": "drawn", "period": self.frequency, "full_points": full}
        if self.benchmarks:
            scheme["benchmarks"] = self.benchmarks
        scheme["unit"] = self.formulas.own_units
        scheme["variable"] = [
            {
                "id": v["id"],
                "unit": v["unit"],
                **self.some({"missing": lambda: self.one(VARIABLE_MISSING)}, 0.6),
                **self.some({"impute": lambda: self.imputation(IMPUTATIONS[:5])}, 0.15),
            }
            for v in self.variables
        ]
        if self.formulas.members:
            below = [{"id": v["id"], "unit": v["unit"]} for v in self.formulas.members]
            scheme["members"] = {"unit": "家", "variable": below}
        self.names = [f"i{k}" for k in range(r.randint(1, 5))]
        groups = [f"g{k}" for k in range(self.one([0, 0, 1, 2]))]
        scheme["group"] = [self.group(g, groups[:k]) for k, g in enumerate(groups)]
        scheme["indicator"] = [self.indicator(name, groups) for name in self.names]
        used = {n.get("parent") for n in scheme["indicator"]} | {g.get("parent") for g in scheme["group"]}
        for k, g in enumerate(groups):
            if g not in used:
                scheme["indicator"][k % len(self.names)]["parent"] = g
        used = {n.get("parent") for n in scheme["indicator"]} | {g.get("parent") for g in scheme["group"]}
        scheme["group"] = [g for g in scheme["group"] if g["id"] in used]
        while any(
            g["id"] not in {n.get("parent") for n in scheme["indicator"] + scheme["group"]} for g in scheme["group"]
        ):
            used = {n.get("parent") for n in scheme["indicator"] + scheme["group"]}
            scheme["group"] = [g for g in scheme["group"] if g["id"] in used]
        self.nodes = [*self.names, *(g["id"] for g in scheme["group"])]
        self.scheme = scheme
        if self.classes:
            self.add_classes()
        self.pools = self.values_by_indicator()
        for indicator in scheme["indicator"]:
            indicator["points"] = self.parts(indicator)
            if "treat" in indicator:
                indicator["treat"] = self.treatment(indicator)
        for own in scheme.get("class", ()):
            if self.chance(0.4):
                indicator = self.one(scheme["indicator"])
                own["points"] = {indicator["id"]: self.parts(indicator)}
        if self.chance(0.12):
            scheme["screen"] = self.screen()
        if self.chance(0.1):
            scheme["impute"] = self.imputation(IMPUTATIONS)
        for indicator in scheme["indicator"]:
            if self.chance(0.15):
                indicator["impute"] = self.imputation([*IMPUTATIONS, "none"])
        self.add_targets()
        scheme["total"] = self.total()
        scheme["adjustment"] = [self.adjustment(k) for k in range(self.one([0, 0, 0, 1, 2]))]
        scheme["floor"] = [self.floor(k) for k in range(self.one([0, 0, 0, 1, 2]))]
        self.add_zeros()
        self.add_weighting()

    def add_zeros(self) -> None:
        """Let zeros count under most of the means that they make 0."""
        for group in [*self.scheme["group"], self.scheme["total"]]:
            if group.get("aggregate") in ("geometric", "harmonic") or self.chance(0.1):
                group |= self.one([{"zeros": "count"}, {"zeros": "count"}, {"zeros": "refuse"}, {}])

    def add_weighting(self) -> None:
        """Have the weights of some groups computed, and take away what does not go with that."""
        for group in [*self.scheme["group"], self.scheme["total"]]:
            if not self.chance(0.4):
                continue
            group["weights"] = self.weighting(group.get("id"))
            group |= self.some({"weights_round": lambda: {"digits": self.one([1, 2, 4])}}, 0.3)
            for indicator in self.scheme["indicator"]:
                indicator.get("points_round", {}).pop("carry", None)
            for own in self.scheme.get("class", ()):
                own["weights"] = {n: w for n, w in own.get("weights", {}).items() if w == 0}

    def weighting(self, group: str | None):
        """Return a method of computed weights."""
        way = self.one(WEIGHTINGS)
        nodes = [*self.scheme["indicator"], *self.scheme["group"]]
        members = [n["id"] for n in nodes if n.get("parent") == group]
        self.random.shuffle(members)
        if way == "rank_order_centroid":
            return {"method": way, "order": members}
        if way == "pca":
            return self.one([way, *({"method": way, "by": by} for by in ("squared", "absolute"))])
        if way == "factor" and members:
            return self.one([way, {"method": way, "factors": self.random.randint(1, len(members))}])
        if way == "ahp":
            pairs = [[a, b, self.one([1, 2, 3, 0.5, "1/3", 9])] for a, b in itertools.combinations(members, 2)]
            by = self.some({"by": lambda: self.one(["eigenvector", "geometric_mean"])}, 0.8)
            return {"method": way, "pairs": pairs} | by
        if way == "best_worst":
            if len(members) < 2:
                return "equal"
            best, worst, *others = members
            times = lambda names: {n: self.one([1, 2, "5/2", 4, 8, 9]) for n in names}  # noqa: E731
            lists = {"best_to_others": times([*others, worst]), "others_to_worst": times(others)}
            return {"method": way, "best": best, "worst": worst} | lists
        if way in UNDIRECTED and self.chance(0.5):
            return {"method": way, "undirected": True}
        return way

    def rounding(self) -> dict:
        stage = {"mode": self.one(MODES)}
        if self.chance(0.2):
            stage["significant"] = self.one([1, 2, 3, 5])
        else:
            stage["digits"] = self.one([-1, 0, 1, 2, 2, 3, 6])
            if self.chance(0.15):
                stage["interval"] = self.one([2, 5])
        return stage | self.some({"carry": lambda: True, "marks": lambda: True}, 0.2)

    def aggregation(self):
        how = self.one(["arithmetic", *AGGREGATIONS])
        if how in ("waspas", "vikor"):
            return {how: self.one([0, 0.25, 0.5, 1])}
        if how == "owa":
            return {how: self.one(QUANTIFIERS)}
        if how == "benefit_of_the_doubt" and self.chance(0.6):
            return {how: {self.one(["shares", "weights"]): self.one([[0.1, 0.6], [0, 0.5], [0.25, 1], [0, 1]])}}
        return {"power": self.one([2, 0.5, -2, 3, 1, -0.5, 1.5])} if how == "power" else how

    def node(self, own: dict) -> dict:
        return own | self.some({"weight": lambda: self.one([1, 2, 3, 0.5, 12.5, 7])}, 0.6)

    def group(self, name: str, above: list) -> dict:
        group = self.node({"id": name, "aggregate": self.aggregation()})
        if above and self.chance(0.6):
            group["parent"] = self.one(above)
        return group | self.some(
            {
                "round": self.rounding,
                "available": lambda: self.one([0.5, 0.4, 1]),
                "available_members": lambda: self.one([0.5, 0.7]),
            },
            0.25,
        )

    def indicator(self, name: str, groups: list) -> dict:
        formula, unit = self.formulas.indicator()
        indicator = self.node({"id": name, "formula": formula, "unit": unit, "points": {"rule": "linear"}})
        if groups and self.chance(0.7):
            indicator["parent"] = self.one(groups)
        if self.chance(0.3):
            indicator["direction"] = self.one(["negative", "positive"])
        if self.chance(0.9):
            indicator["missing"] = self.one(INDICATOR_MISSING[1:] if self.chance(0.95) else ["error"])
        if self.chance(0.25):
            indicator["treat"] = {}
        if self.chance(0.12):
            when = self.formulas.condition(2)
            indicator["not_applicable"] = {"when": when, "then": self.one(NOT_APPLICABLE)}
        return indicator | self.some({"round": self.rounding, "points_round": self.rounding}, 0.2)

    def add_classes(self) -> None:
        own = [{"id": c} for c in self.classes]
        if self.chance(0.5):
            self.scheme["class_column"] = "cls"
        else:
            for c in own:
                c["entities"] = [e for e in self.entities if self.class_of[e] == c["id"] and e not in self.benchmarks]
            if not all(c["entities"] for c in own):
                self.scheme["class_column"] = "cls"
                for c in own:
                    del c["entities"]
        if "class_column" in self.scheme and self.chance(0.3):
            for row in self.rows:  # who changes the class from one period to the next
                row["cls"] = None if row["entity"] in self.benchmarks else self.one(self.classes)
        for c in own:
            if self.chance(0.4):
                c["weights"] = {n: self.one([0, 1, 1, 4, 4, 2.5]) for n in self.nodes if self.chance(0.5)}
        self.scheme["class"] = own

    def values_by_indicator(self) -> dict:
        """Return values that occur, so that thresholds are met exactly now and then."""
        scoring = Scoring(self.scheme, self.rows)
        pools = {}
        for name in self.names:
            found = [shown(scoring, name, row) for row in self.rows]
            short = sorted({float(f"{float(x):.6g}") + 0.0 for x in found if x is not None})
            pools[name] = [x for x in short if x == 0 or 1e-6 < abs(x) < 1e12] or [0, 1, 2]
        return pools

    # The parts.

    def parts(self, indicator: dict):
        if self.chance(0.7):
            return self.part(indicator)
        parts = [self.part(indicator) for _ in range(self.one([2, 3]))]
        if self.chance(0.7):
            for part in parts:
                part["share"] = self.one([1, 0.6, 0.4, 3])
        return parts

    def part(self, indicator: dict, depth: int = 0) -> dict:
        rule = self.one(RULES[:-4] * 2 + RULES[-4:] if depth == 0 else RULES[:-4])
        part = {"rule": rule}
        if rule in ("sum", "best_of", "worst_of"):
            part["of"] = [self.part(indicator, 1) for _ in range(self.one([2, 2, 3]))]
            if rule == "sum":
                part |= self.some({"cap": self.points, "least": lambda: self.one([-5, 0, 10])}, 0.3)
                for inner in part["of"]:
                    inner |= self.some({"share": lambda: self.one([0.5, 2, 1, 0.3])}, 0.4)
            return part | self.some({"skip_missing": lambda: self.chance(0.5), "full": lambda: self.one([20, 50])}, 0.4)
        if rule == "matrix":
            part["of"] = [self.levels(indicator), self.levels(indicator)]
            part["table"] = [[self.points() for _ in range(3)] for _ in range(3)]
            return part
        self.add_measure(part, indicator)
        getattr(self, "draw_" + rule)(part, indicator)
        # Without it, most data with gaps would be refused.
        missing = {
            "missing": lambda: self.one(["redistribute", "redistribute", "redistribute", "zero", "full", "error"])
        }
        return part | self.some({"full": lambda: self.one([20, 50, 120])}, 0.15) | self.some(missing, 0.95)

    def levels(self, indicator: dict) -> dict:
        part = {"rule": "steps"}
        self.add_measure(part, indicator)
        self.draw_steps(part, indicator)
        part |= self.some({"missing": lambda: "redistribute"}, 0.95)
        part["at"] = [[t, 2 - k] for k, (t, *_) in enumerate(part["at"][:2])]
        part["below"] = 0
        return part

    def add_measure(self, part: dict, indicator: dict) -> None:
        kind = self.one(MEASURES) if self.chance(0.5) else "value"
        if kind in ("change", "growth", "symmetric_growth", "rank_change") and self.chance(0.3):
            kind = {"kind": kind, "lag": self.one([1, 2])}
        elif kind == "attainment" and self.chance(0.8):
            kind = {"kind": kind, "form": self.one(FORMS)}
            kind |= self.some({"target": lambda: self.anchor(indicator), "base": lambda: self.anchor(indicator)}, 0.3)
            if kind["form"] != "change":
                kind.pop("base", None)
        if kind != "value":
            part["measure"] = kind
        fixed = self.one(self.periods) if self.chance(0.98) else self.periods[0] - 1
        over = {"over": lambda: self.one(["period", "all", self.period_name(fixed)])}
        part |= self.some(over | ({"among": lambda: self.one(["class", "all"])} if self.classes else {}), 0.2)

    def period_name(self, period: int) -> str:
        n = {"year": 1, "half": 2, "quarter": 4, "month": 12}[self.frequency]
        year, k = divmod(period, n)
        return {"year": f"{year}", "half": f"{year}H{k + 1}", "quarter": f"{year}Q{k + 1}"}.get(
            self.frequency, f"{year}-{k + 1:02}"
        )

    def level(self, part: dict, indicator: dict) -> list:
        """Return numbers of the measure's size."""
        kind = part.get("measure", "value")
        kind = kind if isinstance(kind, str) else kind["kind"]
        if kind == "value":
            return self.pools[indicator["id"]]
        if kind in ("growth", "symmetric_growth", "attainment"):
            return [-0.5, 0, 0.05, 0.1, 0.5, 0.9, 1, 1.1, 2]
        if kind == "rank_change":
            return [-2, -1, 0, 1, 2]
        spread = max(map(abs, self.pools[indicator["id"]]))
        return [float(f"{spread * k:.3g}") for k in (-1, -0.5, -0.1, 0, 0.1, 0.2, 0.5, 1)]

    def threshold(self, part: dict, indicator: dict):
        return self.one(self.level(part, indicator))

    def thresholds(self, part: dict, indicator: dict, n: int) -> list:
        """Return ascending numbers, all different."""
        pool = sorted(set(self.level(part, indicator)))
        found = sorted(self.random.sample(pool, min(n, len(pool))))
        while len(found) < n:
            found.append(float(f"{found[-1] + max(1, abs(found[-1])):.6g}"))
        return found

    def anchor(self, indicator: dict, part: dict | None = None):
        kind = self.random.random()
        if kind < 0.35:
            return self.threshold(part or {}, indicator)
        if kind < 0.8:
            value = self.kind(part or {}) == "value"
            return self.one(ANCHORS if value else [a for a in ANCHORS if a != "pooled"])
        if kind < 0.9:
            return {"quantile": self.one([0, 0.1, 0.25, 0.5, 0.9, 1])}
        if kind < 0.95:
            return {"entity": self.one(self.entities)}
        # Another indicator in the unit of what is compared with it, which is a number where there is none.
        in_unit = part is None or self.kind(part) in ("value", "change", "gap_to_mean", "gap_to_pooled")
        unit = indicator["unit"] if in_unit else "1"
        alike = [i["id"] for i in self.scheme["indicator"] if i["unit"] == unit]
        return {"indicator": self.one(alike)} if alike else self.threshold(part or {}, indicator)

    def draw_linear(self, part: dict, indicator: dict) -> None:
        part |= self.some({k: lambda: self.anchor(indicator, part) for k in ("low", "high")}, 0.6)
        keys = {"between": self.two_points, "clamp": lambda: self.chance(0.5), "when_equal": self.points}
        part |= self.some(keys | {"log": lambda: self.chance(0.4)}, 0.3)

    def draw_exponential(self, part: dict, indicator: dict) -> None:
        part |= self.some({k: lambda: self.anchor(indicator, part) for k in ("low", "high")}, 0.6)
        between = {"between": lambda: [self.one([20, 50, 60]), self.one([80, 100])]}
        part |= self.some(between | {"clamp": lambda: True, "when_equal": self.points}, 0.4)

    def draw_ratio(self, part: dict, indicator: dict) -> None:
        part["to"] = self.anchor(indicator, part)
        if isinstance(part["to"], (int, float)) and part["to"] <= 0:
            part["to"] = 2.5
        keys = {"reverse": lambda: True, "cap": lambda: self.one([1, 1.2, 1.5]), "least": lambda: self.one([0, 0.1])}
        part |= self.some(keys | {"threshold": lambda: self.one([0.5, 0.8])}, 0.35)

    def draw_steps(self, part: dict, indicator: dict) -> None:
        negative = indicator.get("direction") == "negative" and self.kind(part) not in ("attainment", "rank_change")
        bounds = ["at_most", "below"] if negative else ["at_least", "above"]
        if self.chance(0.1):
            bounds = ["at_least", "above"] if negative else ["at_most", "below"]
            part["bound"] = self.one(bounds)
        elif self.chance(0.4):
            part["bound"] = self.one(bounds)
        at = self.relative(part, indicator, self.one([1, 2, 3]))
        points = sorted((self.points() for _ in at), reverse=negative)
        part["at"] = [
            [t, p, *([self.one(bounds)] if self.chance(0.2) else [])] for t, p in zip(at, points, strict=True)
        ]
        if self.chance(0.5):
            part["at"].reverse()
        part |= self.some({"below": lambda: self.one([0, 5, -10])}, 0.5)

    def kind(self, part: dict) -> str:
        measure = part.get("measure", "value")
        return measure if isinstance(measure, str) else measure["kind"]

    def relative(self, part: dict, indicator: dict, n: int) -> list:
        if self.chance(0.3):
            part["relative_to"] = self.anchor(indicator, part)
            return sorted(self.random.sample([0.5, 0.8, 0.9, 1, 1.1, 1.5, 2], n))
        return self.thresholds(part, indicator, n)

    def draw_per_step(self, part: dict, indicator: dict) -> None:
        part["from"] = self.anchor(indicator, part)
        size = float(f"{max(map(abs, self.level(part, indicator))):.2g}") or 1
        if self.chance(0.4):
            part["relative"], size = True, 1
        for side, sign in (("up", 1), ("down", -1)):
            each = float(f"{size * self.one([0.05, 0.1, 0.25, 1]):.3g}")
            step = {"each": each, "points": sign * self.one([1, 0.5, 2, 10])}
            step |= self.some({"cap": lambda: self.one([5, 6, 30]), "step": lambda: self.one(PARTIAL)}, 0.5)
            if self.chance(0.2):
                part["against"] = self.anchor(indicator, part)
                step |= {"cap": 1, "cap_by": [[1, 6], [0.8, 5], [0.5, 3]]}
            part[side] = step
        if self.chance(0.2):
            del part[self.one(["up", "down"])]
        part |= self.some({"base": lambda: self.one([60, 80]), "most": lambda: 180}, 0.4)
        part |= self.some({"least": lambda: self.one([0, 50])}, 0.4)
        if self.chance(0.2):
            part["from_negative"] = {"factor": self.one([0.5, 2])} | self.some({"cap": lambda: 3}, 0.5)
        if not any("cap_by" in part.get(side, {}) for side in ("up", "down")):
            part.pop("against", None)

    def draw_curve(self, part: dict, indicator: dict) -> None:
        at = self.relative(part, indicator, self.one([2, 3]))
        part["at"] = [[t, self.points()] for t in at]
        part |= self.some({"outside": lambda: self.one(["flat", "extrapolate"])}, 0.6)

    def draw_rank(self, part: dict, indicator: dict) -> None:
        kind = self.one(["table", "by", "percentile", "borda", "places"])
        part |= self.some({"ties": lambda: self.one(["best", "worst", *(["mean"] if kind != "table" else [])])}, 0.3)
        if kind == "table":
            part["table"] = sorted((self.points() for _ in range(self.one([1, 3, 5]))), reverse=True)
            part |= self.some({"beyond": lambda: self.one([0, 10])}, 0.5)
        elif kind == "by":
            part["by"] = self.one([5, 2.5, 30])
            part |= self.some({"from": lambda: self.one([90, 100]), "least": lambda: self.one([0, 40])}, 0.5)
        else:
            part[kind] = True

    def draw_zscore(self, part: dict, indicator: dict) -> None:
        keys = {"centre": self.points, "scale": lambda: self.one([5, 10, 12.5]), "clamp": lambda: [40, 95]}
        part |= self.some(keys, 0.5)

    def draw_interval(self, part: dict, indicator: dict) -> None:
        m, a, b, n = self.thresholds(part, indicator, 4)
        part |= {"target": [a, b], "limits": [m, n]} | self.some({"between": self.two_points})

    def draw_bands(self, part: dict, indicator: dict) -> None:
        at = self.thresholds(part, indicator, self.one([1, 2, 4]))
        if not (indicator.get("direction") == "negative" and self.kind(part) not in ("attainment", "rank_change")):
            at.reverse()
        part["at"] = [[t, c] for t, c in zip(at, [1, 0.8, 0.6, 0.4], strict=False)]
        part |= self.some({"below": lambda: self.one([0, 0.2])}, 0.5)

    def draw_formula(self, part: dict, indicator: dict) -> None:
        part["formula"] = self.one(
            [
                "clamp(60 + 10 * (x - mean) / sd, 0, full)",
                "full * (x - min) / (max - min)",
                "if(x >= median, full, full / 2)",
                "full * x / first",
                "50 + count - x / abs(pooled)",
                "clamp(80 * x / target, 0, 1.2 * full)",
                "if(is_missing(previous), 60, if(x > previous, 100, 50))",
                "sqrt(abs(x)) + round(abs(x - mean) / max, 2)",
                "clamp(30 * ln(abs(x) + 1), 0, full)",
                "full * exp(-abs(x) / (1 + abs(max)))",
            ]
        )

    # Above the scores.

    def add_targets(self) -> None:
        targets = []
        for name in self.names:
            if self.chance(0.5):
                targets.append({"indicator": name, "value": self.one(self.pools[name])})
            if self.chance(0.3):
                e, p = self.one(sorted({row["entity"] for row in self.rows})), self.period_name(self.one(self.periods))
                keys = self.some({"entity": lambda: e, "period": lambda: p}, 0.7)  # noqa: B023
                if keys:
                    targets.append({"indicator": name, "value": self.one(self.pools[name]), **keys})
        self.scheme["target"] = targets

    def total(self) -> dict:
        total = self.some({"aggregate": self.aggregation, "round": self.rounding}, 0.6)
        total["rank"] = self.some({"ties": lambda: self.one(TIES), "on": lambda: self.one(["rounded", "exact"])}, 0.6)
        if self.chance(0.3):
            deciders = [*self.nodes, self.one(self.variables)["id"], "previous_total", "previous_rank"]
            total["rank"]["tie_break"] = self.random.sample(deciders, self.one([1, 2]))
        if self.chance(0.6):
            total["grades"] = self.grades()
        keys = {
            "available": lambda: self.one([0.5, 0.8]),
            "bonus_cap": lambda: self.one([3, 5]),
            "deduction_cap": lambda: self.one([2, 4]),
            "cap": lambda: self.one([100, 90]),
        }
        total |= self.some(keys, 0.2)
        if self.chance(0.2):
            n = {"year": 1, "half": 2, "quarter": 4, "month": 12}[self.frequency]
            if n > 1 and self.chance(0.7):
                total["blend"] = {"within_year": [self.one([15, 25, 35, 1]) for _ in range(n)]}
            else:
                total["blend"] = {"earlier": self.one([0.5, 0.3])}
        return total

    def grades(self):
        by = self.one(GRADES_BY)
        if by == "score":
            table = [["a", 80], ["b", 60], ["c", self.one([0, 30])]]
            return table if self.chance(0.5) else {"by": by, "table": table}
        bounds = [1, 2, 5] if by == "rank" else [0.3, 0.5, 1]
        return {"by": by, "table": [[g, b] for g, b in zip("abc", bounds, strict=True)]}

    def adjustment(self, k: int) -> dict:
        if self.chance(0.2):
            return {"id": f"a{k}", "formula": f"if({self.judgement()}, 1.1, 0.9)", "factor": True}
        atoms = [f"number({self.one(self.variables)['id']})", f"score({self.one(self.nodes)})"]
        formula = self.one(["2 * clamp({0}, 0, 3)", "clamp(-{0}, -4, 4)", "if({1}, 3, -1)", "{0} / 10"])
        adjustment = {"id": f"a{k}", "formula": formula.format(self.one(atoms), self.judgement())}
        return adjustment | self.some({"cap": lambda: self.one([2, 4])}, 0.4)

    def judgement(self) -> str:
        """Return a condition over variables, indicators and scores."""
        name = self.one(self.names)
        choices = [
            self.formulas.condition(1),
            f"{name} < {self.formulas.literal(self.one(self.pools[name]))}",
            f"score({self.one(self.nodes)}) >= {self.points()}",
            f"points({self.one(self.nodes)}) > 20",
        ]
        first = self.one(choices)
        return f"{first} {self.one(['and', 'or'])} {self.one(choices)}" if self.chance(0.4) else first

    def floor(self, k: int) -> dict:
        when = "total < 60" if self.chance(0.15) else self.judgement()
        names = ["a", "b", "c"] if "grades" in self.scheme["total"] else []
        then = self.some(
            {self.one(["cap_total", "set_total"]): lambda: self.one([60, 40]), "unranked": lambda: True}, 0.4
        )
        if names:
            then |= self.some({"grade": lambda: self.one([*names, "d"])}, 0.3)
            if "grade" not in then:
                then |= self.some({"cap_grade": lambda: self.one(names)}, 0.3)
        if self.chance(0.4):
            # A condition over data and values of indicators alone.
            name = self.one(self.names)
            value = f"{name} < {self.formulas.literal(self.one(self.pools[name]))}"
            when, then = self.one([self.formulas.condition(1), value, value]), then | {"references": False}
        return {"id": f"f{k}", "when": when, "then": then or {"cap_total": 59.5}}
