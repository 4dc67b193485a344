"""Words of four languages by what they say: offices of States, verbs of speech, what is alleged.

Everything here is a phrase in its base form; the analyser finds its inflected forms. Phrases are
separated by semicolons, a language a line: English, Russian, Armenian, Azerbaijani.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from babel import Locale

from archive.models.claims import ClaimKind
from archive.search.analyser import fold
from archive.search.authority import Names

LANGUAGES = ("en", "ru", "hy", "az")


class Term(NamedTuple):
    """kind: office, post, country, concept, verb, act, saying. key: which of that kind."""

    kind: str
    key: str


# Bodies that most States have; together with a country they name an organisation.
OFFICES = {
    "foreign_ministry": """
        foreign ministry; ministry of foreign affairs; foreign office; MFA
        министерство иностранных дел; МИД; внешнеполитическое ведомство
        արտաքին գործերի նախարարություն; արտգործնախարարություն; ԱԳՆ
        xarici işlər nazirliyi; XİN""",
    "defence_ministry": """
        defence ministry; defense ministry; ministry of defence; department of defense; MoD
        министерство обороны; Минобороны; оборонное ведомство
        պաշտպանության նախարարություն; ՊՆ
        müdafiə nazirliyi""",
    "justice_ministry": """
        justice ministry; ministry of justice
        министерство юстиции; Минюст
        արդարադատության նախարարություն
        ədliyyə nazirliyi""",
    "prosecutor_general": """
        prosecutor general’s office; general prosecutor’s office; office of the prosecutor general
        генеральная прокуратура; генпрокуратура
        գլխավոր դատախազություն
        baş prokurorluq""",
    "military_prosecutor": """
        military prosecutor’s office; military prosecution service
        военная прокуратура
        զինվորական դատախազություն
        hərbi prokurorluq""",
    "armed_forces": """
        armed forces; army; troops; forces
        вооружённые силы; ВС; армия; войска
        զինված ուժեր; բանակ; զորքեր; ԶՈՒ
        silahlı qüvvələr; ordu; qoşunlar""",
    "ombudsman": """
        human rights defender; human rights commissioner; commissioner for human rights; ombudsman; ombudsperson; ombudswoman
        защитник прав человека; уполномоченный по правам человека; омбудсмен
        մարդու իրավունքների պաշտպան; օմբուդսմեն; ՄԻՊ
        insan hüquqları müvəkkili; insan hüquqları üzrə müvəkkil; ombudsman""",
    "government": """
        government; authorities; leadership
        правительство; власти; руководство
        կառավարություն; իշխանություններ
        hökumət; hakimiyyət; rəhbərlik""",
    "investigative_committee": """
        investigative committee
        следственный комитет; СК
        քննչական կոմիտե
        istintaq komitəsi""",
    "security_council": """
        security council
        совет безопасности; Совбез
        անվտանգության խորհուրդ
        təhlükəsizlik şurası""",
    "security_service": """
        national security service; state security service
        служба национальной безопасности; СНБ; служба государственной безопасности; СГБ
        ազգային անվտանգության ծառայություն; ԱԱԾ
        dövlət təhlükəsizliyi xidməti; DTX""",
    "parliament": """
        parliament; national assembly
        парламент; Национальное собрание; Милли Меджлис
        խորհրդարան; Ազգային ժողով
        parlament; Milli Məclis""",
    "state_department": """
        state department; department of state
        Государственный департамент; Госдепартамент; Госдеп
        պետդեպարտամենտ
        dövlət departamenti""",
}
# Those that an article may go on to name without the country.
DISTINCT_OFFICES = frozenset(OFFICES) - {"armed_forces", "government", "parliament", "ombudsman"}

# International bodies in the languages that the archive keeps no names in.
BODIES = [
    """European Court of Human Rights
    Европейский суд по правам человека
    Մարդու իրավունքների եվրոպական դատարան; ՄԻԵԴ
    Avropa İnsan Hüquqları Məhkəməsi; AİHM""",
    """International Court of Justice
    Международный суд ООН
    Արդարադատության միջազգային դատարան; ՄԱԿ-ի միջազգային դատարան
    Beynəlxalq Ədalət Məhkəməsi""",
    """United Nations
    Организация Объединённых Наций; ООН
    Միավորված ազգերի կազմակերպություն; ՄԱԿ
    Birləşmiş Millətlər Təşkilatı; BMT""",
    """European Union
    Европейский союз; Евросоюз; ЕС
    Եվրոպական միություն; Եվրամիություն; ԵՄ
    Avropa İttifaqı; Avropa Birliyi; Aİ""",
    """Council of Europe
    Совет Европы
    Եվրոպայի խորհուրդ
    Avropa Şurası""",
    """Parliamentary Assembly of the Council of Europe
    Парламентская ассамблея Совета Европы; ПАСЕ
    ԵԽԽՎ
    AŞPA""",
    """OSCE Minsk Group
    Минская группа ОБСЕ
    ԵԱՀԿ Մինսկի խումբ; Մինսկի խումբ
    ATƏT-in Minsk qrupu; Minsk qrupu""",
    """International Committee of the Red Cross
    Международный комитет Красного Креста; МККК
    Կարմիր խաչի միջազգային կոմիտե; ԿԽՄԿ
    Beynəlxalq Qırmızı Xaç Komitəsi; BQXK""",
]

# Posts that one person of a country holds at a time.
POSTS = {
    "president": "president\nпрезидент\nնախագահ\nprezident",
    "prime_minister": "prime minister; premier\nпремьер-министр; премьер\nվարչապետ\nbaş nazir",
    "foreign_minister": """
        foreign minister; minister of foreign affairs; minister for foreign affairs; FM
        министр иностранных дел; глава МИД
        արտաքին գործերի նախարար; արտգործնախարար; ԱԳ նախարար
        xarici işlər naziri""",
    "defence_minister": """
        defence minister; minister of defence; defense minister
        министр обороны; глава Минобороны
        պաշտպանության նախարար
        müdafiə naziri""",
    "prosecutor_general": """
        prosecutor general; general prosecutor
        генеральный прокурор; генпрокурор
        գլխավոր դատախազ
        baş prokuror""",
    "ombudsman": OFFICES["ombudsman"],
}

# What precedes a surname beside the posts.
_TITLES = """
    mr mrs ms dr sir lady minister ambassador spokesman spokeswoman spokesperson judge
    commissioner general colonel secretary rapporteur senator director professor
    representative envoy official journalist official fm pm г-н г-жа господин госпожа
    министр посол судья генерал полковник представитель директор спецпредставитель докладчик
    журналист комиссар глава պարոն տիկին նախարար դեսպան խոսնակ դատավոր գեներալ cənab xanım
    nazir səfir hakim general nümayəndə sözçü
"""
TITLE_WORDS = frozenset(_TITLES.split())

# Adjectives and short names of countries; the names themselves are those of CLDR.
ADJECTIVES = {
    "AM": "Armenian; армянский; հայկական; հայ; erməni",
    "AZ": "Azerbaijani; Azeri; азербайджанский; ադրբեջանական",
    "TR": "Turkish; турецкий; թուրքական; türk",
    "RU": "Russian; российский; ռուսական; rus",
    "US": "American; американский; ամերիկյան",
    "GB": "British; британский; բրիտանական",
    "FR": "French; французский; ֆրանսիական; fransız",
    "GE": "Georgian; грузинский; վրացական; gürcü",
    "IR": "Iranian; иранский; իրանական",
    "HU": "Hungarian; венгерский; հունգարական; macar",
    "PL": "Polish; польский; լեհական; polyak",
    "DE": "German; немецкий; германский; գերմանական; alman",
}
SHORT_NAMES = {
    "AM": "РА; ՀՀ",
    "AZ": "АР; ԱՀ",
    "TR": "Turkey",
    "RU": "РФ; ՌԴ",
    "US": "USA; US; США; ԱՄՆ; ABŞ",
    "GB": "UK; Великобритания; Britaniya",
}
# What is called after the city where it was signed.
_TREATIES = """
    convention conventions protocol protocols act treaty agreement statute charter
    declaration конвенция протокол договор соглашение կոնվենցիա konvensiya konvensiyası
"""
TREATIES = frozenset(_TREATIES.split())

# What an event is made of. Records and texts are held against each other by these, so that they
# meet whatever language each is written in.
CONCEPTS = {
    "video": """
        video; footage; film; recording; clip
        видео; видеозапись; видеоролик; ролик; запись; кадр; съёмка
        տեսանյութ; տեսագրություն; տեսաձայնագրություն; կադրեր
        video; videogörüntü; görüntü; kadr; videoçarx""",
    "captive": """
        prisoner; prisoner of war; captive; captivity; captured; capture; POW; detainee; hostage; surrendered; hors de combat
        пленный; военнопленный; плен; пленение; захваченный; задержанный; заложник; сдавшийся
        գերի; ռազմագերի; գերեվարված; գերություն; պատանդ
        əsir; hərbi əsir; əsir düşmüş; girov; əsirlik""",
    "kill": """
        kill; murder; massacre; shoot; killing; shooting; execute; execution
        убивать; убить; убийство; казнь; казнить; расстрел; расстрелять; расстреливать; застрелить; перебить
        սպանել; սպանություն; գնդակահարել; գնդակահարություն
        öldürmək; öldürülmək; öldürülüb; öldürülən; öldürülməsi; qətl; qətlə yetirilmək; güllələmək; güllələnmə; güllələnməsi; güllələnib""",
    "execute": """
        execute; execution; summary execution; extrajudicial; extrajudicial killing; extrajudicial execution
        казнь; казнить; расстрел; внесудебный; внесудебная казнь; внесудебное убийство
        մահապատիժ; գնդակահարություն; արտադատական
        edam; edam edilmək; güllələnmə; güllələnməsi; məhkəməsiz""",
    "behead": """
        behead; beheading; decapitate; decapitation; throat
        обезглавить; обезглавливание; отрезать голову; горло
        գլխատել; գլխատում
        başını kəsmək; başının kəsilməsi; başı kəsilmək""",
    "massacre": """
        massacre; genocide; mass killing
        резня; массовое убийство; геноцид
        կոտորած; ցեղասպանություն
        soyqırım; soyqırımı; qətliam""",
    "torture": """
        torture
        пытка; пытать; истязание
        խոշտանգել; խոշտանգում
        işgəncə""",
    "abuse": """
        ill-treatment; abuse; mistreatment; degrading treatment; inhuman treatment; brutal treatment; beat; beaten; beating; humiliate; humiliation; ill-treat; mistreat
        жестокое обращение; бесчеловечное обращение; унижающее достоинство обращение; издевательство; избиение; избивать; избить; побои; глумление
        վատ վերաբերմունք; անմարդկային վերաբերմունք; նվաստացուցիչ; ծեծ; ծեծել
        qəddar rəftar; pis rəftar; qeyri-insani rəftar; alçaldıcı; döymək; döyülmə; döyülmək; döyüldüyü""",
    "body": """
        body; bodies; corpse; remains; the dead; the deceased
        тело; труп; останки; погибший; убитый
        մարմին; դի; աճյուն; դիակ
        meyit; cəsəd; cənazə; nəş""",
    "desecrate": """
        desecrate; desecration; mutilate; mutilation; outrage; defile
        надругательство; надругаться; глумление; изуродовать; осквернение; осквернить
        պղծել; պղծում; անարգել; խոշտանգված մարմին
        təhqir; təhqir edilmə; eybəcər hala salmaq""",
    "burn": "burn; burning\nсжечь; сожжение\nայրել; այրում\nyandırmaq; yandırılma",
    "grave": """
        grave; gravestone; cemetery
        могила; кладбище; надгробие
        գերեզման; գերեզմանատուն
        qəbir; məzar; qəbiristanlıq""",
    "civilian": """
        civilian; civilian population; residential; residents; village; town; city
        мирный житель; мирное население; гражданское лицо; гражданское население; гражданский; жилой; мирный; житель
        խաղաղ բնակիչ; խաղաղ բնակչություն; քաղաքացիական; բնակելի; բնակավայր
        mülki; mülki şəxs; mülki əhali; dinc əhali; dinc sakin; yaşayış""",
    "attack": """
        attack; shell; shelling; strike; bombard; bombing; bombardment; missile; rocket; artillery
        обстрел; обстреливать; обстрелять; удар; бомбардировка; ракета; ракетный; артиллерийский; нападение; атака
        հրետակոծել; հրետակոծություն; հարված; ռմբակոծել; ռմբակոծություն; հրթիռ; հրթիռային; հրթիռակոծել; հրթիռակոծություն; հարձակում
        hücum; zərbə; raket; atəş; atəşə tutmaq; bombalamaq; bombardman; artilleriya""",
    "cluster": """
        cluster munition; cluster bomb; cluster rocket; cluster weapon
        кассетный; кассетный боеприпас; кассетная бомба
        կասետային
        kasetli; klaster""",
    "mine": """
        landmine; mine explosion; minefield; anti-personnel mine; mine
        мина; минный; минное поле; разминирование
        ական; ականապատ; ականապատել; ականապայթյուն
        mina; minalanmış; mina partlayışı""",
    "missing": """
        missing; missing person; enforced disappearance; fate; disappear
        пропавший; пропавший без вести; исчезновение; судьба
        անհետ կորած; անհետացած; անհետացում
        itkin; itkin düşmüş; itkin düşən; taleyi""",
    "displacement": """
        forced displacement; displaced; displacement; expulsion; expel; deport; deportation; refugee; ethnic cleansing
        вынужденное переселение; переселение; перемещение; изгнание; изгнать; депортация; беженец; этническая чистка
        տեղահանում; տեղահանված; բռնի տեղահանում; վտարում; փախստական; էթնիկ զտում
        köçkün; məcburi köçkün; deportasiya; qaçqın; qovulma; etnik təmizləmə""",
    "detention": """
        illegally held; unlawful detention; unlawfully held; unlawfully detained; illegal detention; held illegally; arbitrary detention
        незаконное задержание; незаконное удержание; незаконно удерживать; незаконное лишение свободы
        անօրինական պահել; ապօրինի պահել; ապօրինի ազատազրկում
        qanunsuz saxlanılmaq; qanunsuz həbs; qanunsuz saxlama""",
    "impunity": """
        impunity; failure to investigate; failure to conduct an effective investigation; lack of an effective investigation; effective investigation; ineffective investigation
        безнаказанность; отсутствие эффективного расследования; неэффективное расследование; не провести эффективное расследование
        անպատժելիություն; արդյունավետ քննություն
        cəzasızlıq; effektiv araşdırma""",
    "hatred": """
        ethnic hatred; hate speech; armenophobia; xenophobia; racial discrimination; ethnic discrimination
        этническая ненависть; ненависть; армянофобия; армянoфобия; ксенофобия; расовая дискриминация; язык вражды
        ատելություն; հայատյացություն; ռասայական խտրականություն
        etnik nifrət; nifrət; ermənifobiya; irqi ayrı-seçkilik; ksenofobiya""",
    "heritage": """
        church; mosque; monastery; cathedral; monument; cultural heritage; religious site; shrine
        церковь; мечеть; монастырь; собор; памятник; культурное наследие; храм
        եկեղեցի; մզկիթ; վանք; հուշարձան; մշակութային ժառանգություն; տաճար
        kilsə; məscid; monastır; abidə; mədəni irs; məbəd""",
    "destroy": """
        destroy; destruction; demolish; vandalise; damage
        разрушить; разрушение; уничтожение; уничтожить; повреждение; вандализм
        ավերել; ավերում; ոչնչացում; ոչնչացնել
        dağıtmaq; dağıdılma; dağıdıb; məhv""",
    "blockade": """
        blockade; closure of the corridor; humanitarian access; humanitarian supplies
        блокада; перекрытие; гуманитарные грузы; гуманитарный доступ
        շրջափակում; մարդասիրական մատակարարում
        blokada; humanitar yardım""",
    "environment": """
        deforestation; pollution; environmental damage
        вырубка лесов; загрязнение; ущерб окружающей среде
        անտառահատում; աղտոտում
        meşələrin qırılması; çirklənmə; ətraf mühit""",
    "investigation": """
        investigation; investigate; criminal case; criminal proceedings; criminal investigation; probe; inquiry; examination; examine
        расследование; расследовать; уголовное дело; уголовное производство; следствие; проверка; проверять
        քննություն; քննել; քրեական գործ; քրեական վարույթ; հետաքննություն
        istintaq; araşdırma; araşdırmaq; araşdırılma; araşdırılmaq; cinayət işi; təhqiqat""",
    "war": """
        war; hostilities; military operations
        война; боевые действия; военные действия
        պատերազմ; ռազմական գործողություններ
        müharibə; hərbi əməliyyat""",
    "forty_four": "44-day war; 44-day armed conflict; six-week war\n44-дневная война; сорокачетырёхдневная война\n44-օրյա պատերազմ\n44 günlük müharibə",
    "clash": """
        clash; fighting; border clash; skirmish; escalation
        столкновение; бой; боестолкновение; эскалация; перестрелка
        բախում; մարտ; ընդհարում; սրացում
        toqquşma; döyüş; qarşıdurma""",
    "border": "border; frontier\nграница; приграничный\nսահման; սահմանային\nsərhəd",
    "border_guard": "border guard\nпограничник\nսահմանապահ\nsərhədçi",
    "soldier": """
        soldier; serviceman; servicemen; servicewoman; military personnel; officer
        солдат; военнослужащий; военный; боец; офицер
        զինծառայող; զինվոր; սպա
        əsgər; hərbçi; hərbi qulluqçu; zabit""",
    "woman": "female; woman\nженщина; военнослужащая\nկին\nqadın",
    "ceasefire": "ceasefire; truce\nпрекращение огня; перемирие\nհրադադար\natəşkəs",
    "terms": "crime; war crime; atrocity\nвоенное преступление; преступление; злодеяние\nռազմական հանցագործություն; հանցագործություն; վայրագություն\nhərbi cinayət; müharibə cinayəti; cinayət; vəhşilik",
}

# Type of violation (by its address) → concepts that together, in one sentence, speak of it.
VIOLATIONS = {
    "attack_on_civilians": [{"attack", "civilian"}, {"kill", "civilian"}, {"massacre"}],
    "attack_on_cultural_property": [{"attack", "heritage"}, {"destroy", "heritage"}],
    "cluster_munitions": [{"cluster"}],
    "denial_of_humanitarian_access": [{"blockade"}],
    "desecration_of_graves": [{"desecrate", "grave"}, {"destroy", "grave"}],
    "desecration_of_remains": [{"desecrate", "body"}, {"burn", "body"}],
    "enforced_disappearance": [{"missing"}],
    "environmental_damage": [{"environment"}],
    "ethnic_discrimination": [{"hatred"}],
    "extrajudicial_killing": [{"execute"}, {"behead"}, {"kill", "captive"}],
    "failure_to_investigate": [{"impunity"}],
    "forced_displacement": [{"displacement"}],
    "landmines": [{"mine"}],
    "public_curiosity": [{"captive", "video", "abuse"}],
    "torture_ill_treatment": [{"torture"}, {"abuse", "captive"}],
    "unlawful_detention": [{"detention"}],
}

# Verbs by which something is said, and what the sentence then is.
VERBS = {
    ClaimKind.COMMENTS: """
        say; state; tell; call; write; tweet; note; stress; emphasise; emphasize; underline; underscore; add; declare; claim; insist; argue; explain; describe; speculate; suggest; retort; assert; comment; admit; remark
        заявить; заявлять; сказать; говорить; рассказать; рассказывать; написать; твитнуть; отметить; отмечать; подчеркнуть; подчёркивать; добавить; утверждать; объяснить; пояснить; прокомментировать; указать; признать
        ասել; հայտարարել; նշել; գրել; շեշտել; ընդգծել; ավելացնել; պնդել; մեկնաբանել; նկատել
        demək; bildirmək; qeyd etmək; yazmaq; vurğulamaq; əlavə etmək; iddia etmək; açıqlamaq; söyləmək""",
    ClaimKind.ALLEGES: """
        accuse; allege; blame
        обвинить; обвинять
        մեղադրել
        ittiham etmək; günahlandırmaq""",
    ClaimKind.DENIES: """
        deny
        опровергнуть; опровергать; отрицать
        հերքել; ժխտել
        təkzib etmək; inkar etmək""",
    ClaimKind.REJECTS: """
        reject; dismiss; refute
        отвергнуть; отвергать; отклонить
        մերժել
        rədd etmək""",
    ClaimKind.CONFIRMS: """
        confirm
        подтвердить; подтверждать
        հաստատել
        təsdiqləmək; təsdiq etmək""",
    ClaimKind.VERIFIES: "verify; authenticate\nверифицировать; установить подлинность\nճշտել\ndoğrulamaq",
    ClaimKind.CONCLUDES: """
        conclude
        заключить; прийти к выводу; сделать вывод
        եզրակացնել
        nəticəyə gəlmək""",
    ClaimKind.FINDS: """
        find; hold; rule
        признать; постановить; установить
        ճանաչել; վճռել
        müəyyən etmək; tanımaq""",
    ClaimKind.DECIDES: "decide\nрешить; вынести решение\nորոշել\nqərar vermək; qərara almaq",
    ClaimKind.REPORTS: """
        report; announce; release; inform
        сообщить; сообщать; объявить; объявлять; информировать; передавать
        հաղորդել; տեղեկացնել; զեկուցել
        xəbər vermək; məlumat vermək; elan etmək; məlumatlandırmaq""",
    ClaimKind.CALLS_FOR_ACTION: """
        urge; demand; appeal; ask; request
        призвать; призывать; требовать; потребовать; обратиться; просить
        կոչ անել; կոչ է արել; կոչ արեց; պահանջել; դիմել; հորդորել
        çağırmaq; çağırış etmək; tələb etmək; müraciət etmək""",
    ClaimKind.CONDEMNS: """
        condemn; denounce
        осудить; осуждать
        դատապարտել
        pisləmək; qınamaq""",
    ClaimKind.STATES_LAW: "recall\nнапомнить; напоминать\nհիշեցնել\nxatırlatmaq",
}

# What States do in the news besides speaking.
ACTS = """
    attempt; launch; undertake; sign; agree; refuse; commit; violate; break; accept; withdraw; fulfil; fulfill; propose; introduce; initiate; open; begin; start; publish; return; hand over; intend; plan; consider; use; take; gain; seek; try; continue; face; doubt; trample; pursue; apply; lodge; submit; insist; regain
    попытаться; начать; подписать; обязаться; отказаться; нарушить; нарушать; совершить; принять; вывести; вернуть; передать; намерен; намереваться; считать; продолжать; подать; применить; предложить; возбудить
    փորձել; սկսել; ստորագրել; հրաժարվել; խախտել; կատարել; ընդունել; վերադարձնել; փոխանցել; մտադրվել; շարունակել; համարել; ներկայացնել
    başlamaq; imzalamaq; imtina etmək; pozmaq; törətmək; qəbul etmək; qaytarmaq; təhvil vermək; davam etdirmək; hesab etmək; vermək
"""
# What is said, as a noun that belongs to who says it: “Yerevan’s claims”.
SAYINGS = """
    claim; allegation; statement; accusation; assertion; denial; position; attempt
    заявление; обвинение; утверждение; позиция
    հայտարարություն; պնդում; մեղադրանք; դիրքորոշում
    bəyanat; iddia; ittiham; mövqe
"""

# Nothing is said in what invites readers to read on elsewhere.
INVITATIONS = re.compile(
    r"\b(?:follow us|subscribe|newsletter|read more|see more|cookies?|all rights reserved"
    r"|подпис(?:ывайтесь|аться)|следите за нами|читайте также"
    r"|բաժանորդագրվ\w+|հետևեք մեզ|abunə ol\w*|bizi izləyin)\b",
    re.IGNORECASE,
)

_WRITTEN_SO = str.maketrans("ioucsge", "ıöüçşğə")
_PLAIN_LETTER = re.compile("[ioucsge]")


def as_azerbaijani(word: str) -> str:
    """The word with a letter that only Azerbaijani has, so that the analyser takes its endings for
    Azerbaijani ones; folding undoes it."""
    return _PLAIN_LETTER.sub(lambda letter: letter[0].translate(_WRITTEN_SO), word, count=1)


def phrases(text: str) -> Iterator[str]:
    """The phrases of an entry above, with the forms of verbs that the analyser does not know."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    for language, line in zip(LANGUAGES, lines, strict=False):
        for phrase in filter(None, map(str.strip, line.split(";"))):
            yield phrase
            if language == "hy" and _ARMENIAN_VERB.search(phrase):
                yield from (phrase[:-2] + ending for ending in _ARMENIAN_ENDINGS)
            if language == "az":
                yield " ".join(map(as_azerbaijani, phrase.split()))
                yield from _azerbaijani_verb(phrase)


_ARMENIAN_VERB = re.compile("(?:ել|ալ)$")
_ARMENIAN_ENDINGS = [
    "եց",
    "եցին",
    "ում",
    "ած",
    "ելով",
    "եցի",
    "վել",
    "վեց",
    "վեցին",
    "ված",
    "վում",
    "ացրել",
]
_AZERBAIJANI_VERB = re.compile("(.*?)m[əa][kq]")
_VOWEL_AFTER = dict(zip("eəiaıouöü", "iiiııuuüü", strict=True))


def _azerbaijani_verb(phrase: str) -> Iterator[str]:
    """The forms in which news tell: bildirmək gives bildirib, bildirdi, bildirir, bildirən …"""
    if not (verb := _AZERBAIJANI_VERB.fullmatch(phrase)):
        return
    stem = verb[1]
    vowel = next((_VOWEL_AFTER[c] for c in reversed(stem) if c in _VOWEL_AFTER), "i")
    wide = "a" if vowel in "ıu" else "ə"
    many = f"l{wide}r"
    past = f"d{vowel}"
    for ending in (past, past + many, f"m{vowel}ş", f"m{vowel}şd{vowel}r"):
        yield stem + ending
    before = re.sub("et$", "ed", stem) + ("y" if stem[-1] in _VOWEL_AFTER else "")
    for ending in (f"{vowel}b", f"{vowel}b{many}", f"{vowel}r", f"{vowel}r{many}", f"{wide}n"):
        yield before + ending


@cache
def other_names(name: str) -> tuple[str, ...]:
    """All names of the international body that is called so; none for any other."""
    for text in BODIES:
        names = tuple(phrases(text))
        if name in names:
            return names
    return ()


def put_terms(names: Names, kind: str, entries: dict[str, str]) -> None:
    """Puts the phrases of one of the lists above under their keys."""
    for key, text in entries.items():
        names.put(Term(kind, str(key)), list(phrases(text)), proper=False)


@cache
def acronyms() -> frozenset[str]:
    """Offices, posts and countries written in capitals, folded: in small letters they are words."""
    texts = (*OFFICES.values(), *POSTS.values(), *SHORT_NAMES.values())
    spellings = (one for text in texts for one in re.split("[;\n]", text))
    return frozenset(fold(one.strip()) for one in spellings if one.strip()[-1:].isupper())


@cache
def concepts() -> Names:
    """What is told of, by its phrases."""
    names = Names()
    put_terms(names, "concept", CONCEPTS)
    return names


@cache
def verbs() -> Names:
    """Verbs by which something is said or done."""
    names = Names()
    put_terms(names, "verb", VERBS)
    put_terms(names, "act", {"act": ACTS})
    return names


@cache
def sayings() -> Names:
    """Nouns for what is said."""
    names = Names()
    put_terms(names, "saying", {"saying": SAYINGS})
    return names


@cache
def country_names(code: str) -> tuple[str, ...]:
    """The names of a country, ISO 3166, in every language of the texts."""
    own = [name for one in LANGUAGES if (name := Locale(one).territories.get(code))]
    republics = (form.format(name) for form, name in zip(_REPUBLIC, own, strict=False))
    return tuple(dict.fromkeys((*own, *republics, *_split(SHORT_NAMES.get(code, "")))))


_REPUBLIC = ("Republic of {}", "Республика {}", "{}ի Հանրապետություն", "{} Respublikası")


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.split(";") if one.strip()]


def put_states(names: Names, codes: Iterable[str]) -> None:
    """Countries, offices and posts: what the names of bodies are put together of."""
    put_terms(names, "office", OFFICES)
    put_terms(names, "post", {post: text for post, text in POSTS.items() if post not in OFFICES})
    for code in codes:
        spellings = [*country_names(code), *_split(ADJECTIVES.get(code, ""))]
        names.put(
            Term("country", code),
            [*spellings, *(" ".join(map(as_azerbaijani, one.split())) for one in spellings)],
            proper=False,
        )
