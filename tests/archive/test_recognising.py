"""What a text names is recognised, in four languages; the records and the sentences are invented."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.ingest.recognising import recognise
from archive.ingest.recognising.dates import Named, dates
from archive.ingest.recognising.lexicon import VIOLATIONS, as_azerbaijani, phrases
from archive.ingest.recognising.sentences import sentences, split
from archive.models import CaseKind, OrganisationKind, PlaceKind, Side
from archive.search.analyser import fold, keys
from tests.factories import (
    CourtFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RoleFactory,
    ViolationTypeFactory,
)

pytestmark = pytest.mark.django_db


def state(code, english, russian):
    return OrganisationFactory(
        slug=f"state-{code.lower()}",
        name_en=f"Republic of {english} (Government)",
        name_ru=f"{russian} (правительство)",
        kind=OrganisationKind.GOVERNMENT,
        country=code,
    )


@pytest.fixture
def armenia():
    return state("AM", "Armenia", "Республика Армения")


@pytest.fixture
def azerbaijan():
    return state("AZ", "Azerbaijan", "Азербайджанская Республика")


@pytest.fixture
def yerevan():
    return PlaceFactory(
        slug="yerevan",
        name_en="Yerevan",
        name_ru="Ереван",
        armenian_name="Երևան",
        azerbaijani_name="İrəvan",
        kind=PlaceKind.CAPITAL,
        country="AM",
    )


@pytest.fixture
def ministries():
    """The same ministry of two countries."""
    return [
        OrganisationFactory(
            slug=f"mfa-{code.lower()}",
            name_en=f"Ministry of Foreign Affairs of {english}",
            name_ru=f"Министерство иностранных дел {russian}",
            kind=OrganisationKind.GOVERNMENT,
            country=code,
            side=side,
        )
        for code, english, russian, side in (
            ("AM", "Armenia", "Армении", Side.ARMENIAN),
            ("AZ", "Azerbaijan", "Азербайджана", Side.AZERBAIJANI),
        )
    ]


@pytest.fixture
def spokesman():
    """Somebody invented, who speaks for nobody."""
    return PersonFactory(
        slug="olverian",
        name_en="Tarvin Olverian",
        name_ru="Тарвин Олверян",
        aliases=["Թարվին Օլվերյան"],
    )


def named(target, text, language="en"):
    """The addresses of the records of a kind that are suggested for a text."""
    from archive.ingest.recognising.known import KINDS
    from archive.models import Incident, ViolationType

    models = {**KINDS, "incident": Incident, "violationtype": ViolationType}
    found = recognise(text.split("\n"), language)
    pks = [one.record_id for one in found if one.target == target]
    return set(models[target].objects.filter(pk__in=pks).values_list("slug", flat=True))


def claimed(text, language="en"):
    """Every suggested claim: (number of the speaker, verb, paragraph)."""
    return [
        (one.record_id, one.data["kind"], one.data["paragraph"])
        for one in recognise(text.split("\n"), language)
        if one.target == "claim"
    ]


# Names


@pytest.mark.parametrize(
    "text",
    [
        "The Armenian Foreign Ministry rejected this.",
        "Armenia’s Ministry of Foreign Affairs rejected this.",
        "The Foreign Ministry of Armenia rejected this.",
        "the ministry of foreign affairs of the Republic of Armenia",
        "Об этом говорится в сообщении МИД Армении.",
        "Армянское внешнеполитическое ведомство ответило.",
        "Письмо министерству иностранных дел Армении.",
        "Հայաստանի արտաքին գործերի նախարարությունը պատասխանել է։",
        "Հայաստանի Հանրապետության ԱԳՆ-ն պատասխանել է։",
        "Ermənistan Xarici İşlər Nazirliyinin bəyanatı.",
        "Ermənistan Respublikasının Xarici İşlər Nazirliyi cavab verib.",
    ],
)
def test_an_office_and_its_country_are_one_body_in_every_language(text, ministries):
    language = "az" if "Ermənistan" in text else "hy" if "ՀՀ" in text or "Հ" in text else "en"
    language = "ru" if "Армен" in text or "Армян" in text else language
    assert named("organisation", text, language) == {"mfa-am"}


def test_two_countries_before_or_after_an_office_are_two_bodies(ministries):
    both = {"mfa-am", "mfa-az"}
    assert named("organisation", "The Armenian and Azerbaijani foreign ministries spoke.") == both
    assert named("organisation", "The foreign ministries of Armenia and Azerbaijan spoke.") == both


def test_an_office_named_without_its_country_is_that_of_the_country_the_text_is_about(ministries):
    text = "Armenia was not asked.\nThe Foreign Ministry said that it knew nothing."
    assert named("organisation", text) == {"mfa-am"}
    assert named("organisation", "The Foreign Ministry said nothing.") == set()


def test_an_office_named_before_with_its_country_is_meant_again(ministries):
    ministries[0].aliases = ["Armenian Foreign Ministry"]
    ministries[0].save()
    text = (
        "The Armenian Foreign Ministry answered.\nAzerbaijan, the Foreign Ministry said, had not."
    )
    assert named("organisation", text) == {"mfa-am"}


def test_an_acronym_of_a_country_or_an_office_in_small_letters_is_a_word(ministries):
    state("US", "the United States", "Соединённые Штаты")
    assert named("organisation", "They told us that us said nothing.") == set()
    assert named("organisation", "The US said nothing.") == {"state-us"}


def test_soldiers_who_were_captured_are_not_the_army():
    army = OrganisationFactory(
        slug="army",
        name_en="Armed Forces of Armenia",
        country="AM",
        aliases=["Armenian troops"],
        kind=OrganisationKind.ARMED_FORCES,
    )
    assert named("organisation", "It shows captured Armenian troops.") == set()
    assert named("organisation", "It shows Armenian troops.") == {army.slug}


def test_an_acronym_counts_in_capitals_only():
    OrganisationFactory(slug="watch", name_en="Paper Aid Committee", acronym_en="PACT")
    assert named("organisation", "They signed a pact.") == set()
    assert named("organisation", "Pact or no pact, they signed.") == set()
    assert named("organisation", "This was said by PACT yesterday.") == {"watch"}
    assert named("organisation", "В PACT это подтвердили.", "ru") == {"watch"}


def test_two_letters_are_a_name_only_where_the_text_says_whose():
    OrganisationFactory(slug="lantern", name_en="Lantern Society", acronym_en="LS")
    assert named("organisation", "The LS was seen there.") == set()
    assert named("organisation", "The Lantern Society came.\nThe LS was seen.") == {"lantern"}
    assert named("organisation", "YEREVAN, (LS) – It rained.") == {"lantern"}


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Memorial services were held.", False),
        ("It was a day of memorial.", False),
        ("On Memorial Day they rested.", False),
        ("The report of Memorial was read.", True),
        ("“Memorial” wrote so.", True),
    ],
)
def test_an_ordinary_word_is_a_name_only_where_nothing_else_explains_its_capital(text, is_named):
    OrganisationFactory(slug="named", name_en="Memorial")
    assert named("organisation", text) == ({"named"} if is_named else set())


def test_bodies_in_the_same_name_are_told_apart_by_the_longer_one():
    union = OrganisationFactory(slug="union", name_en="Lantern Union", acronym_en="LANU")
    OrganisationFactory(slug="envoy", name_en="LANU Special Representative for Tea", parent=union)
    OrganisationFactory(slug="committee", name_en="LANU Committee on Tea", parent=union)
    text = "The Lantern Union’s special representative for tea came."
    assert named("organisation", text) == {"envoy", "union"}  # who represents it stands for it
    assert named("organisation", "The LANU Committee on Tea met.") == {"committee"}


def test_what_is_done_on_a_platform_names_it():
    OrganisationFactory(slug="platform", name_en="Twitter (now X)", kind="platform")
    assert named("organisation", "Nobody knew, she tweeted.") == {"platform"}


def test_what_leads_readers_elsewhere_names_nothing():
    OrganisationFactory(slug="platform", name_en="Twitter (now X)", kind="platform")
    assert named("organisation", "Follow us on Twitter and subscribe to our newsletter.") == set()
    assert named("organisation", "Подписывайтесь на нас в Twitter.", "ru") == set()


def test_drafts_are_recognised_and_withdrawn_records_are_not():
    PersonFactory(slug="draft", name_en="Quillon Marabeth")
    PersonFactory(slug="withdrawn", name_en="Ostrella Finchdown", withdrawn=True)
    text = "Quillon Marabeth met Ostrella Finchdown."
    assert named("person", text) == {"draft"}


def test_a_changed_name_is_known_at_once(spokesman):
    assert named("person", "Then Dorvan Quillish spoke.") == set()
    spokesman.name_en = "Dorvan Quillish"
    spokesman.save()
    assert named("person", "Then Dorvan Quillish spoke.") == {"olverian"}
    assert named("person", "Then Tarvin Olverian spoke.") == {"olverian"}  # the Russian sounds so
    spokesman.delete()
    assert named("person", "Then Dorvan Quillish spoke.") == set()


# People


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tarvin Olverian was there."),
        ("en", "Tarvin Olveryan was there."),
        ("ru", "Об этом сказали Тарвину Олверяну."),
        ("hy", "Այդ մասին ասաց Թարվին Օլվերյանը։"),
        ("az", "Bunu Tarvin Olveryanın dediyi bildirilir."),
    ],
)
def test_a_person_is_recognised_in_any_script_and_inflection(language, text, spokesman):
    assert named("person", text, language) == {"olverian"}


def test_a_surname_alone_counts_once_the_full_name_stands_in_the_text(spokesman):
    assert named("person", "Mr Olverian agreed.") == set()
    found = recognise(["Tarvin Olverian came.", "Mr Olverian agreed."], "en")
    assert [one.paragraph for one in found if one.target == "person"] == [1]
    assert ("comments", 2) in [
        (kind, at) for _, kind, at in claimed("Tarvin Olverian came.\nOlverian said so.")
    ]


def test_a_surname_with_another_given_name_is_somebody_else(spokesman):
    text = "Tarvin Olverian came.\nQuentin Olverian said nothing."
    assert all(paragraph == 1 for *_, paragraph in claimed(text))


def test_a_surname_after_the_post_that_its_bearer_holds_is_that_person(armenia, spokesman):
    OrganisationFactory(slug="other")
    other = PersonFactory(slug="namesake", name_en="Bryce Olverian", name_ru="Брайс Олверян")
    RoleFactory(person=other, organisation=armenia, title_en="Prime Minister of Armenia")
    assert named("person", "Prime Minister Olverian left.") == {"namesake"}
    assert named("person", "Премьер-министр Армении Олверян уехал.", "ru") == {"namesake"}


def test_a_post_with_its_country_stands_for_its_only_holder(armenia, spokesman):
    RoleFactory(person=spokesman, organisation=armenia, title_en="President of Armenia")
    assert named("person", "A meeting with the President of Armenia was held.") == {"olverian"}
    assert named("person", "The former President of Armenia was there.") == set()
    assert named("person", "The President of Armenia Zorvan Bellish was there.") == set()
    RoleFactory(person=PersonFactory(), organisation=armenia, title_en="President of Armenia")
    assert named("person", "A meeting with the President of Armenia was held.") == set()


# Countries, capitals and other places


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Armenia on Sunday accused its neighbour of this."),
        ("en", "Yerevan rejected the accusation."),
        ("en", "He called Yerevan’s claims unfounded."),
        ("en", "In Yerevan, they announced an inquiry."),
        ("en", "Georgia, Armenia and Russia signed an agreement."),
        ("en", "The Armenian authorities were silent."),
        ("en", "According to Yerevan, nothing happened."),
        ("ru", "Армения отвергла обвинения."),
        ("ru", "В Ереване заявили, что это не так."),
        ("ru", "Об этом заявил Ереван."),
        ("ru", "По данным Еревана, ничего не было."),
        ("hy", "Հայաստանը հերքեց մեղադրանքը։"),
        ("hy", "Երևանը մերժեց մեղադրանքը։"),
        ("az", "Ermənistan ittihamları rədd edib."),
        ("az", "İrəvan bu iddianı təkzib edib."),
    ],
)
def test_a_country_or_its_capital_is_the_government_where_it_speaks_or_acts(
    language, text, armenia, yerevan
):
    assert named("organisation", text, language) == {armenia.slug}


@pytest.mark.parametrize(
    ("language", "text", "places"),
    [
        ("en", "The border between Armenia and its neighbours is long.", set()),
        ("en", "He accused Armenia of committing crimes.", set()),
        ("en", "The Armenian soldiers were captured.", set()),
        ("en", "It rained in Yerevan.", {"yerevan"}),
        ("en", "The road to Yerevan was closed.", {"yerevan"}),
        ("ru", "В Ереване прошёл дождь.", {"yerevan"}),
        ("ru", "Он обвинил Армению в нападении.", set()),
        ("hy", "Երևանում անձրև էր։", {"yerevan"}),
        ("az", "İrəvanda yağış yağırdı.", {"yerevan"}),
    ],
)
def test_elsewhere_a_country_is_no_organisation_and_a_capital_a_place(
    language, text, places, armenia, yerevan
):
    assert named("organisation", text, language) == set()
    assert named("place", text, language) == places


def test_a_treaty_is_called_after_a_city_without_naming_it():
    PlaceFactory(slug="city", name_en="Geneva", name_ru="Женева")
    assert named("place", "The Third Geneva Convention applies.") == set()
    assert named("place", "They met in Geneva.") == {"city"}


# Cases


@pytest.fixture
def case(azerbaijan):
    case = LegalCaseFactory(
        slug="olverian-v-azerbaijan",
        kind=CaseKind.INDIVIDUAL,
        title_en="Olverian and Brask v. Azerbaijan",
        title_ru="Олверян и Браск против Азербайджана",
        application_numbers=["90123/17"],
        ecli="ECLI:CE:ECHR:2030:0101JUD009012317",
        hudoc_item_id="001-909090",
    )
    case.respondents.add(azerbaijan)
    return case


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The judgment in Olverian and Brask v. Azerbaijan is final."),
        ("en", "Application no. 90123/17 was lodged."),
        ("en", "See ECLI:CE:ECHR:2030:0101JUD009012317, § 12."),
        ("en", "See hudoc 001-909090."),
        ("ru", "По делу «Олверян и Браск против Азербайджана» вынесено постановление."),
        ("ru", "Жалоба № 90123/17 подана."),
        ("ru", "В деле Олверяна решения ещё нет."),
        ("hy", "«Օլվերյանն ընդդեմ Ադրբեջանի» գործով վճիռ է կայացվել։"),
        ("az", "Olveryan Azərbaycana qarşı işi üzrə qərar çıxarılıb."),
    ],
)
def test_a_case_is_recognised_by_number_title_parties_and_name(language, text, case):
    assert named("legalcase", text, language) == {case.slug}


def test_a_number_like_a_date_or_another_number_is_no_case(case):
    assert named("legalcase", "On 190123/17 and 90123/175 nothing is known.") == set()


def test_a_case_of_other_parties_is_not_recognised(case):
    assert named("legalcase", "Zorvan v. Azerbaijan is pending.") == set()
    assert named("legalcase", "Olverian v. Georgia is pending.") == set()


def test_of_cases_with_one_title_that_of_the_court_in_the_text_is_meant(armenia, azerbaijan):
    for slug, court in (("first", "Court of Tea"), ("second", "Court of Salt")):
        case = LegalCaseFactory(
            slug=slug,
            kind=CaseKind.INTER_STATE,
            title_en="Armenia v. Azerbaijan",
            title_ru=f"Армения против Азербайджана, {slug}",
            court=CourtFactory(name_en=court),
        )
        case.respondents.add(azerbaijan)
    assert named("legalcase", "Before the Court of Salt: Armenia v. Azerbaijan.") == {"second"}
    assert named("legalcase", "In Armenia v. Azerbaijan much is open.") == {"first", "second"}


# Violations and incidents


@pytest.fixture
def kinds():
    return {
        slug: ViolationTypeFactory(slug=slug, label_en=slug, label_ru=slug) for slug in VIOLATIONS
    }


@pytest.mark.parametrize(
    ("slug", "language", "text"),
    [
        ("extrajudicial_killing", "en", "The footage shows soldiers shooting the prisoners."),
        ("extrajudicial_killing", "ru", "На записи расстреливают военнопленных."),
        ("extrajudicial_killing", "hy", "Տեսանյութում գնդակահարում են գերիներին։"),
        ("extrajudicial_killing", "az", "Videoda əsirlərin güllələnməsi görünür."),
        ("torture_ill_treatment", "en", "Torture of detainees was reported."),
        ("torture_ill_treatment", "ru", "Сообщалось о пытках."),
        ("torture_ill_treatment", "hy", "Խոշտանգումների մասին հաղորդվել է։"),
        ("torture_ill_treatment", "az", "İşgəncələr barədə məlumat var."),
        ("attack_on_civilians", "en", "Missiles hit a residential quarter."),
        ("attack_on_civilians", "ru", "При обстреле пострадали мирные жители."),
        ("landmines", "ru", "Трое подорвались на минах."),
        ("landmines", "az", "Üç nəfər mina partlayışında yaralanıb."),
        ("cluster_munitions", "en", "Cluster munitions were found."),
        ("desecration_of_remains", "en", "It spoke of the mutilation of corpses."),
        ("enforced_disappearance", "ru", "Двое числятся пропавшими без вести."),
        ("forced_displacement", "en", "The expelled families fled."),
    ],
)
def test_a_violation_is_recognised_by_what_is_said_of_it(slug, language, text, kinds):
    assert slug in named("violationtype", text, language)


def test_words_of_a_name_speak_of_no_violation(kinds):
    OrganisationFactory(name_en="Committee against Torture and Racial Discrimination")
    text = "The Committee against Torture and Racial Discrimination met."
    assert named("violationtype", text) == set()


@pytest.fixture
def strike(kinds):
    incident = IncidentFactory(
        slug="strike-on-lowmere",
        title_en="Missile strikes on Lowmere",
        title_ru="Ракетные удары по Лоумиру",
        date="2020-10-04/2020-10-17",
        places=[PlaceFactory(slug="lowmere", name_en="Lowmere", name_ru="Лоумир")],
        violation_types=[kinds["attack_on_civilians"]],
    )
    return incident


def test_an_incident_is_recognised_by_what_where_and_when(strike):
    text = "In October 2020, missiles hit civilians in Lowmere."
    assert named("incident", text) == {strike.slug}
    assert named(
        "incident", "В октябре 2020 года Лоумир обстреляли ракетами, погибли мирные жители.", "ru"
    ) == {strike.slug}


def test_news_without_a_date_tell_of_what_was_recent_when_they_were_published(strike):
    def score(published_on):
        found = recognise(["Missiles hit civilians in Lowmere."], "en", published_on)
        return max((one.score for one in found if one.target == "incident"), default=0)

    assert score("2020-10-20") > score("") == score("2023-05-01") == score("2020")


def test_an_incident_at_a_place_is_not_recognised_elsewhere_or_by_the_place_alone(strike):
    assert named("incident", "In October 2020, missiles hit civilians in Highmere.") == set()
    assert named("incident", "In October 2020, it rained in Lowmere.") == set()


def test_the_incident_of_a_case_is_suggested_with_it(case, strike):
    case.incidents.add(strike)
    assert named("incident", "Application no. 90123/17 was lodged.") == {strike.slug}


def test_an_investigation_is_recognised_by_who_investigates_what(kinds):
    prosecutor = OrganisationFactory(
        slug="prosecutor",
        name_en="Prosecutor General’s Office of Azerbaijan",
        kind=OrganisationKind.PROSECUTOR,
        country="AZ",
    )
    incident = IncidentFactory(
        title_en="Video of the beating of a captive in October 2022",
        title_ru="Видеозапись избиения пленного в октябре 2022 года",
        date="2022-10",
    )
    case = LegalCaseFactory(
        slug="proceedings",
        kind=CaseKind.CRIMINAL,
        court=prosecutor,
        title_en="Azerbaijan: criminal case on a video of a captive",
        title_ru="Азербайджан: уголовное дело о видеозаписи с пленным",
    )
    case.incidents.add(incident)
    told = "In October 2022 a video showed a captive being beaten."
    opened = "The Prosecutor General’s Office of Azerbaijan opened a criminal case on the video."
    assert named("legalcase", f"{told}\n{opened}") == {"proceedings"}
    assert named("legalcase", told) == set()


# Claims


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "Tarvin Olverian said it was late.", "comments"),
        ("en", "“It was late,” said Tarvin Olverian.", "comments"),
        ("en", "Tarvin Olverian, a man of few words, denied it.", "denies"),
        ("en", "Tarvin Olverian rejected the accusation.", "rejects"),
        ("en", "Tarvin Olverian confirmed the date.", "confirms"),
        ("en", "Tarvin Olverian accused the soldiers of torture.", "alleges"),
        ("en", "Tarvin Olverian said the soldiers had tortured captives.", "alleges"),
        ("en", "Tarvin Olverian said he had been beaten.", "alleges"),
        ("en", "“They were beaten every night,” said Tarvin Olverian.", "alleges"),
        ("en", "Tarvin Olverian told reporters that the men were mistreated.", "alleges"),
        ("en", "Tarvin Olverian said nobody had been beaten.", "comments"),
        ("en", "Tarvin Olverian denied that anyone had been beaten.", "denies"),
        ("ru", "Тарвин Олверян заявил, что его избили.", "alleges"),
        ("ru", "По словам Тарвина Олверяна, он был избит.", "alleges"),
        ("ru", "Тарвин Олверян рассказал, что следы побоев видны.", "alleges"),
        ("ru", "Тарвин Олверян заявил, что его не избивали.", "comments"),
        ("hy", "Թարվին Օլվերյանը հայտարարել է, որ իրեն ծեծել են։", "alleges"),
        ("az", "Tarvin Olveryan bir nəfərin döyüldüyünü bildirib.", "alleges"),
        (
            "en",
            "Tarvin Olverian called for an independent investigation.",
            "calls_for_investigation",
        ),
        (
            "en",
            "Tarvin Olverian urged that the culprits be brought to justice.",
            "calls_for_accountability",
        ),
        ("en", "Tarvin Olverian reported 12 killed.", "reports_figure"),
        ("en", "Tarvin Olverian reported 12 killed on 3 May 2022.", "reports_figure"),
        ("en", "On 3 May 2022, Tarvin Olverian said the killed were found.", "comments"),
        ("ru", "Тарвин Олверян заявил 13.09.2022, что убитых нашли.", "comments"),
        ("en", "According to Tarvin Olverian, it was late.", "comments"),
        ("en", "Tarvin Olverian condemned the shelling.", "condemns"),
        ("en", "Tarvin Olverian of the Lantern Society said it was late.", "comments"),
        ("ru", "Тарвин Олверян опроверг обвинения.", "denies"),
        ("ru", "«Уже поздно», — заявил Тарвин Олверян.", "comments"),
        ("ru", "Тарвин Олверян призвал к расследованию.", "calls_for_investigation"),
        ("ru", "По словам Тарвина Олверяна, уже поздно.", "comments"),
        ("hy", "Թարվին Օլվերյանը հերքեց մեղադրանքը։", "denies"),
        ("hy", "Թարվին Օլվերյանը հայտարարել է, որ ուշ է։", "comments"),
        ("hy", "Թարվին Օլվերյանի խոսքով՝ ուշ է։", "comments"),
        ("az", "Tarvin Olveryan ittihamları rədd edib.", "rejects"),
        ("az", "Tarvin Olveryan artıq gec olduğunu bildirib.", "comments"),
        ("az", "Tarvin Olveryanın sözlərinə görə, gecdir.", "comments"),
    ],
)
def test_what_a_known_speaker_says_is_a_claim_with_its_verb(language, text, kind, spokesman):
    OrganisationFactory(slug="lantern", name_en="Lantern Society")
    assert claimed(text, language) == [(spokesman.pk, kind, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "They said nothing to Tarvin Olverian.",
        "A letter to Tarvin Olverian, which was said to be lost, is here.",
        "Tarvin Olverian was accused of lateness.",
        "They met Tarvin Olverian and said nothing.",
        "Tarvin Olverian was there.",
    ],
)
def test_who_only_stands_near_a_verb_of_speech_claims_nothing(text, spokesman):
    assert claimed(text) == []


def test_a_pronoun_and_a_bare_ministry_speak_for_those_named_before(ministries, spokesman):
    text = "Tarvin Olverian came late.\n“It was raining,” he said."
    assert claimed(text) == [(spokesman.pk, "comments", 2)]
    text = "The Armenian Foreign Ministry answered.\nThe snow, the ministry noted, was deep."
    assert (ministries[0].pk, "comments", 2) in claimed(text)


def test_only_courts_and_un_bodies_find(spokesman):
    court = CourtFactory(slug="tea-court", name_en="Court of Tea")
    assert claimed("The Court of Tea found a violation.") == [(court.pk, "finds", 1)]
    assert claimed("Tarvin Olverian found a door.") == []


def test_a_speaker_has_one_claim_a_paragraph_the_most_telling(spokesman):
    text = "Tarvin Olverian said it was late. Tarvin Olverian denied the torture."
    assert claimed(text) == [(spokesman.pk, "denies", 1)]


def test_a_government_that_is_only_accused_claims_nothing(armenia, azerbaijan):
    assert claimed("Armenia accused Azerbaijan of torture.") == [(armenia.pk, "alleges", 1)]


# What every suggestion is


def test_each_record_is_suggested_once_with_the_sentence_and_paragraph_it_stands_in(spokesman):
    found = recognise(["It rained. Then Tarvin Olverian came.", "Tarvin Olverian left."], "en")
    (one,) = [one for one in found if one.target == "person"]
    assert (one.found, one.sentence, one.paragraph) == (
        "Tarvin Olverian",
        "Then Tarvin Olverian came.",
        1,
    )
    assert one.score == 1.0


def test_the_number_of_queries_does_not_depend_on_the_text(
    spokesman, armenia, strike, django_assert_num_queries
):
    recognise(["Warm."], "en")
    with django_assert_num_queries(11):
        recognise(["Tarvin Olverian spoke in Lowmere."] * 30, "en")
    with django_assert_num_queries(11):
        recognise(["It rained."], "en")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.text(max_size=80),
            st.lists(
                st.sampled_from(
                    [
                        "Tarvin",
                        "Olverian",
                        "said",
                        "Armenia",
                        "v.",
                        "Azerbaijan",
                        ",",
                        ".",
                        "(",
                        "“",
                        "”",
                        "90123/17",
                        "Փ",
                        "ə",
                        "ի",
                        "2020",
                        "31",
                        "February",
                        "foreign",
                        "ministry",
                        "of",
                        "and",
                        "the",
                        "Yerevan’s",
                        "против",
                        "заявил",
                        "МИД",
                        "v",
                    ]
                ),
                max_size=14,
            ).map(" ".join),
        ),
        max_size=4,
    ),
    st.sampled_from(["en", "ru", "hy", "az", "fr", ""]),
)
def test_no_text_is_too_strange(
    case, armenia, yerevan, ministries, spokesman, paragraphs, language
):
    found = recognise(paragraphs, language)
    places = [(one.target, one.record_id) for one in found if one.target != "claim"]
    assert len(places) == len(set(places))
    for one in found:
        assert 1 <= one.paragraph <= len(paragraphs)
        assert one.sentence in paragraphs[one.paragraph - 1]
        assert 0 < one.score <= 1


# Sentences, dates, words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            "Olverian v. Azerbaijan is one. So is this.",
            ["Olverian v. Azerbaijan is one.", "So is this."],
        ),
        ("Mr. Olverian and J. Brask came.", ["Mr. Olverian and J. Brask came."]),
        ("“It rained.” He left.", ["“It rained.”", "He left."]),
        ("В 2020 г. Ереван ответил. Баку тоже.", ["В 2020 г. Ереван ответил.", "Баку тоже."]),
        ("Մեկը։ Երկուսը։", ["Մեկը։", "Երկուսը։"]),
        ("It cost 3.5 or so", ["It cost 3.5 or so"]),
    ],
)
def test_a_text_is_split_into_sentences(text, parts):
    assert list(split(text)) == parts


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "On 13 September 2022 it rained.", [Named(2022, 9, 13)]),
        ("en", "On September 13, 2022 it rained.", [Named(2022, 9, 13)]),
        ("en", "In October 2020 it rained.", [Named(2020, 10)]),
        ("en", "On September 17 it rained.", [Named(0, 9, 17)]),
        ("en", "In 1994 it rained.", [Named(1994)]),
        ("en", "In the war (1992–1994) it rained.", [Named(1992, until=1994)]),
        ("en", "They may march.", []),
        ("en", "On 31 June 2022 it rained.", []),
        ("ru", "13 сентября 2022 года шёл дождь.", [Named(2022, 9, 13)]),
        ("ru", "13.09.2022 шёл дождь.", [Named(2022, 9, 13)]),
        ("ru", "В сентябре 2022 года шёл дождь.", [Named(2022, 9)]),
        ("hy", "2022 թ. սեպտեմբերի 13-ին անձրև էր։", [Named(2022, 9, 13)]),
        ("az", "2022-ci il sentyabrın 13-də yağış yağırdı.", [Named(2022, 9, 13)]),
        ("az", "13 sentyabr 2022-ci ildə yağış yağırdı.", [Named(2022, 9, 13)]),
    ],
)
def test_dates_are_read_in_four_languages(language, text, expected):
    (sentence,) = sentences([text], language)
    assert dates(sentence) == expected


def test_a_word_written_as_azerbaijani_loses_its_endings_and_folds_to_itself():
    written = as_azerbaijani("Nazirliyinin")
    assert fold(written) == fold("Nazirliyinin")
    assert "nazirliyi" in keys(written)
    assert "nazirliyi" not in keys("Nazirliyinin")


def test_verbs_are_known_in_the_forms_that_news_tell_in():
    forms = set(phrases("deny\nотрицать\nհերքել\ninkar etmək"))
    assert {"հերքեց", "հերքեցին", "inkar edib", "inkar etdi", "inkar edir"} <= forms
