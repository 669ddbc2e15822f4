"""Words that speak for mathematics, for programming, or for something else; words of languages.

Stems are matched at the beginning of a word ("triang" finds triangle and triangular), whole words
exactly. The lists are short on purpose: each word earns its place by telling texts apart.
"""

# ruff: noqa: SIM905  (a block of words is easier to read and to sort than a list of strings)

from __future__ import annotations

# Words hardly ever used outside mathematics or programming: one settles the subject.
PLAIN_STEMS = tuple(
    """
    integer polynom quadratic cubic equation inequalit divisib divisor triang quadrilateral rhomb
    parallelogram trapez polygon pentagon hexagon octagon dodecagon polyhedr tetrahedr circumcent
    circumcirc circumscri incircle incent orthocent centroid hypotenus perpendicul collinear
    concyclic concurrent bisect secant diameter radius radii diagonal vertex vertices permutation
    probabilit factorial binomial coefficient exponent logarithm cosine arithmetic geometric
    algebra theorem lemma coprime congruen palindrom fibonacci eigen matrix matrices determinant
    vector scalar derivative integral differentiab bijecti injecti surjecti asymptot parabola
    hyperbola ellips numerator denominator fraction decimal perimeter circumference isosceles
    equilateral subset cardinal lattice coordinate recurrence converg telescop pigeonhole numeral
    algorithm array subarray substring subsequence recursi iterat memoiz memois stdin stdout
    python javascript java haskell compil debug queries query bitmask hashmap heap dequeue
    traversal preorder inorder postorder binary ascii cipher parenthes greedy knapsack dijkstra
    fenwick backtrack pseudocode lexicograph concaten sqrt gcd lcm quotient nonnegative
    irrational cuboid sphere spherical cylinder pyramid hemispher knave nondecreasing monoton
    minimi maximi arrang pairwise intersect midpoint altitude orthogonal trigonometr rectang
    hexadecimal octal integrate chessboard queens domino pythagor eratosthen vieta sieve
    integrand summation regex
    """.split()
)
# Words at home in mathematics and programming, but elsewhere too: prime ministers, roots of trees.
STRONG_STEMS = tuple(
    """
    sine proof tangent chord convex concave multiple sequence program string loop dynamic linked
    hash stack queue prefix suffix inversion prime composite remainder even odd negative positive
    rational cone prism logic function digit consecutive ascending bounded distinct parallel
    median root roots representation cyclic bracket shortest sort complexity runtime modul
    combinat
    """.split()
)
STRONG_WORDS = frozenset(
    """
    sum sums product products square squares squared cube cubes circle circles angle angles
    area areas perimeter volume ratio ratios percent percentage average mean squareroot
    formula graph graphs tree trees node nodes edge edges dp bfs dfs mst lis lcs nlogn
    input output testcase testcases int char bool null def printf cout cin len elif
    least greatest largest smallest maximum minimum optimal strategy winning
    grid cell cells dice die coin coins coprime mod modulo proper axiom set sets
    base bases number numbers whole equal equals degrees twice thrice half third quarter
    """.split()
)
# Words that tasks use but that prove nothing alone.
WEAK_WORDS = frozenset(
    """
    total altogether each every remaining left more less fewer times per distance speed rate
    length width height side sides point points line lines plane row rows column columns
    ways order pair pairs list lists value values cost costs price weigh weighs weight weights
    weighings probability random exactly fair toss tossed tosses expected cut cuts pieces
    hour hours minute minutes seconds km kilometres miles metres meters centimetres cm kg
    player players game turns wins draw marbles balls cards box boxes age ages years old older
    day days week weeks apart opposite divide divided multiply add added subtract difference
    sort read print given return test case cases index size constraint constraints bug line
    clock hands overlap litre litres liter liters jug jugs aligned measure halve heads reach
    code variable step steps moves move path paths road roads city cities game stones pile
    """.split()
)
NUMBER_WORDS = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand million billion dozen twice thrice half double triple quarter third fourth fifth
    """.split()
)

# Words of other school subjects and of everyday life, by how strongly they point away.
OTHER_STEMS = tuple(
    """
    photosynth mitosis meiosis chromosom protein enzyme bacteri molecul chemic chemist acid
    electron thermal celsius voltage symptom medicin therap poem poetr novel essay metaphor simile
    shakespear hamlet gatsby austen grammar literatur symbolis president parliament chancellor
    revolution treaty empire medieval colon politic democra philosoph psycholog sociolog histor
    geograph capital climate ecolog veto biograph religio recipe cook breakfast dinner lunch
    girlfriend boyfriend birthday movie film song lyric novelist weather holiday instagram
    follower tiktok youtube twitter facebook email e-mail resume barista job-interview
    murder conscious feelings joke bored weekend outfit
    invest shares savings mortgage universit lawyer law marri divorc
    """.split()
)
OTHER_WORDS = frozenset(
    """
    lol haha morning evening today tomorrow yesterday love hate feel feeling opinion favourite
    favorite recommend advice hope chat talk dear story stories dragon poem essay plot healthy
    unhealthy dangerous safe war wars king queen country countries rivers river flower plant plants
    describe discuss summarise summarize translate rewrite plan ideas invented wrote born dog cat
    pizza pasta sad happy lonely system rules instructions spooky
    """.split()
)

ENGLISH = frozenset(
    """
    the of and a an in to is are was were be been has have had that this these those for with on
    at by from as it its if then than or not no but all any each every some one two three how many
    much what which who whose where when why find show prove let given determine compute evaluate
    there such so do does did can could will would should may must his her their they them he she
    we us our you your between into over under after before about up out only also both same
    other another more most less least suppose write print number numbers read first second last
    per me us data exactly integer integers real positive value values point points line lines sum
    """.split()
)

# Frequent small words of other languages; those that are English words too are left out.
LANGUAGES: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "French": """
            le la les un une des du de et est sont dans pour que qui tous toutes tout soit soient
            avec sur par nombre nombres entier entiers trouver trouvez montrer combien quel quelle
            quels où au aux ne pas plus ce cette ces lit affiche puis ou je vous résoudre résous
            résolvez calculer calculez équation équations
        """,
        "German": """
            der die das ein eine einen einer eines und ist sind mit für von den dem des zu auf
            alle aller wie viele nicht sich dass wenn gilt zahl zahlen bestimme berechne zeige
            schreibe du bitte im zum zur auch nach kurze liste wird löse löst gleichung
            gleichungen wieviel
        """,
        "Spanish": """
            el la los las un una de del y es son en que para con por cuántos cuántas cuál todos
            todas número números tal tales encuentra encuentre halla demuestra sea sean se su
            entero enteros dado dada imprime más resuelve resolver calcula calcular ecuación
            ecuaciones
        """,
        "Italian": """
            il lo la gli le un una di del della dei delle e è sono che per con in quanti quante
            trova trovare tutti tutte numero numeri dimostrare sia siano si interi quali risolvi
            risolvere calcola equazione equazioni
        """,
        "Portuguese": """
            o os as um uma de do da dos das e é são em que para com por quantos quantas tem todos
            todas número números encontre determine seja sejam não se inteiros resolva resolver
            calcule equação equações
        """,
        "Dutch": """
            de het een en van is zijn in dat die met voor op te bereken hoeveel alle niet getal
            getallen oppervlakte driehoek zijden ik mijn haar wat weet moet er om los vergelijking
            vind
        """,
        "Polish": """
            i w na z że jest są do się dla nie wszystkie liczby liczba znajdź oblicz ile których
            oraz takie lub od przez rozwiąż równanie policz
        """,
        "Czech": """
            a v na že je jsou do se pro který které všechna čísla číslo najdi najděte dokažte
            program napiš kolik nebo z ze pole
        """,
        "Swedish": """
            och att det som en ett är för på av med alla inte hitta sådana tal hur många till den
            bestäm visa om
        """,
        "Turkish": """
            bir ve bu için ile olan kaç tane sayı sayısı sayıları bulunuz bulun öğrenci vardır da
            de ne her
        """,
        "Vietnamese": """
            tất cả các số nguyên dương sao cho tìm và là của một có với rằng chia hết những
        """,
        "Indonesian": """
            yang dan di dari untuk dengan adalah bilangan banyaknya tentukan jika maka kurang oleh
            tidak pada ini itu habis
        """,
        "Romanian": """
            să se și este sunt de la cu pentru care toate numerele numere naturale determine
            determinați arătați din un o că
        """,
        "Hungarian": """
            a az egy és hogy nem van minden számok szám hány melyik keressük határozzuk meg
            bizonyítsuk azok
        """,
        "Finnish": """
            ja on ei se että kun kuinka monta kaikki luvut luku etsi laske olkoon
        """,
        "Danish": """
            og at det en er til på med alle ikke der som for af find tal hvor mange
        """,
    }.items()
}
