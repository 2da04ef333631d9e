use super::Cue::{
    self, Again, Always, Ask, But, Cond, Go, Hand, Hedge, Known, Later, Never, No, Not, Rhetorical,
    Soft, Yes,
};

pub(super) const ROWS: &[(Cue, &str)] = &[
    (
        Yes,
        "ja; jaa; jaaa; jep; yep; jawel; ja hoor; jahoor; ja graag; ja prima; ja leuk; ja natuurlijk; zeker; jazeker; zeker weten; natuurlijk; uiteraard; tuurlijk; vanzelfsprekend; graag; heel graag; erg graag; zeer graag; dolgraag; met plezier; met genoegen; met alle plezier; akkoord; ga akkoord; ik ga akkoord; mee eens; oke; ok; okay; okee; is goed; dat is goed; prima; dat is prima; is prima; prima hoor; goed hoor; vind ik goed; dat vind ik goed; vind ik prima; dat vind ik prima; vind ik leuk; dat vind ik leuk; lijkt me goed; lijkt me leuk; lijkt me prima; lijkt me fijn; lijkt me heel leuk; dat lijkt me leuk; dat lijkt me goed; dat lijkt me prima; dat lijkt me heel leuk; lijkt me een goed idee; dat lijkt me een goed idee; lijkt mij leuk; lijkt mij prima; lijkt mij goed; lijkt me geweldig; klinkt goed; klinkt leuk; klinkt prima; klinkt interessant; goed idee; leuk idee; prima idee; uitstekend idee; geen probleem; geen enkel probleem; geen punt; geen bezwaar; geen enkel bezwaar; geen bezwaren; daar heb ik geen bezwaar tegen; heb ik geen bezwaar tegen; heb geen bezwaar; ik heb geen bezwaar; daar heb ik niets op tegen; heb ik niets op tegen; daar heb ik niks op tegen; heb ik niks op tegen; niets op tegen; niks op tegen; niets tegen; ik heb er niets op tegen; ik heb er niets tegen; ik vind het goed; ik vind het prima; ik vind het leuk; ik vind het best; ik vind het oke; wat mij betreft wel; wat mij betreft prima; wat mij betreft ja; wat mij betreft graag; waarom niet; waarom ook niet; waarom zou ik niet; mij best; doe ik graag; ik doe mee; ik ben voor; ik ben erbij; ik heb interesse; heb interesse; geinteresseerd; ik ben geinteresseerd; zou ik leuk vinden; dat zou ik leuk vinden; zou ik graag willen; zou leuk zijn; zou fijn zijn; zou mooi zijn; dat zou leuk zijn; dat zou fijn zijn; dat zou mooi zijn; dat zou geweldig zijn; dat zou prima zijn; zou geweldig zijn; ik kijk ernaar uit; kijk ernaar uit; ik kan niet wachten; kan niet wachten; ik verheug me erop; toestemming; mijn toestemming; je hebt mijn toestemming; u heeft mijn toestemming; mijn antwoord is ja; het antwoord is ja; ik zeg ja; afgesproken; absoluut; welzeker; toe maar graag; komt goed; alle goeds ja; maakt me niet uit hoor ja; daar zeg ik geen nee tegen; zeg ik geen nee tegen; dat is oke; is oke; vind ik oke",
    ),
    (
        Go,
        "ga je gang; gaat uw gang; ga uw gang; ga gerust je gang; ga maar; ga ervoor; doe maar; doe het; doe het maar; doe dat; doe dat maar; doe gerust; doet u maar; dat mag; mag; je mag; dat mag je; u mag; dat mag u; mag je; mag je doen; mag u doen; mag gerust; je mag gerust; stel ons voor; stel ons maar voor; stel ons gerust voor; stelt u ons voor; stel me voor; stel mij voor; stel me maar voor; stel ons aan elkaar voor; breng ons in contact; breng ons maar in contact; brengt u ons in contact; breng me in contact; breng mij in contact; breng ons met elkaar in contact; leg het contact; leg contact; leg het contact maar; maak de introductie; introduceer ons; introduceer me; introduceer mij; introduceert u ons; koppel ons; verbind ons; geef mijn adres; geef mijn adres door; geef mijn adres maar; geef mijn gegevens; geef mijn gegevens door; geef mijn mailadres; geef mijn mailadres door; geef mijn contactgegevens; mag mijn adres; laat hem maar mailen; laat haar maar mailen; mag me mailen; mag mij mailen; mag contact opnemen; mag me schrijven; kom maar op; stuur maar; stuur het maar; je kunt; dat kan; kan prima; kan gerust; te leren kennen; leren kennen; voorgesteld worden; in contact gebracht",
    ),
    (
        Always,
        "altijd; altijd goed; altijd ja; altijd prima; altijd welkom; altijd leuk; wanneer je wilt; wanneer u wilt; hoef je niet te vragen; hoef je me niet te vragen; hoeft u niet te vragen; hoef je niet eens te vragen; hoef je nooit te vragen; je hoeft niet te vragen; je hoeft het niet te vragen; je hoeft me niet te vragen; je hoeft mij niet te vragen; je hoeft nooit te vragen; u hoeft niet te vragen; u hoeft het niet te vragen; u hoeft mij niet te vragen; hoef je niet meer te vragen; niet eerst vragen; zonder te vragen; zonder het te vragen; zonder mij te vragen; zonder me te vragen; zonder overleg; wie je wilt; wie u wilt; met wie je wilt; vrije hand; carte blanche; ook in de toekomst; alle introducties; elke introductie; vraag niet eens",
    ),
    (
        Never,
        "nooit; nooit meer; nimmer; vraag niet meer; vraag me niet meer; vraag me nooit meer; vraag het niet meer; vraag me dit niet meer; vraagt u mij niet meer; mail me niet meer; mail mij niet meer; mail me niet; mail me hier niet meer over; niet meer over; schrijf me niet meer; schrijf mij niet meer; niet meer schrijven; niet meer mailen; niet meer vragen; niet meer benaderen; benader me niet; benader mij niet; niet meer; neem geen contact; geen contact meer; hou op; houd op; houdt u op; stop; stop ermee; stop hiermee; stop met; laat me met rust; laat mij met rust; laat u mij met rust; met rust; geen verzoeken; geen mails meer; geen berichten meer; geen introducties meer; geen van dit; geen dit soort; geen zulke; haal me; haal mij; verwijder me; verwijder mij; uitschrijven; afmelden; schrijf me uit; van de lijst; geen verdere",
    ),
    (
        Later,
        "nu niet; niet nu; nog niet; op dit moment; op het moment; momenteel; voorlopig; deze week; deze maand; dit jaar; volgende week; volgende maand; volgend jaar; komende week; komende maand; na; tot; voor; vanaf; pas; voorjaar; lente; zomer; herfst; najaar; winter; januari; februari; maart; april; mei; juni; juli; augustus; september; oktober; november; december; pasen; kerst; vakantie; verlof; kwartaal; semester; over twee; over drie; over een; over een paar; weken; maanden; maandag; dinsdag; woensdag; donderdag; vrijdag; zaterdag; zondag; morgen; een andere keer; andere keer; ander moment; slecht moment; te druk; erg druk; heel druk; druk; drukte; zodra; als ik terug; terug ben; wanneer ik terug; vandaag niet; ooit",
    ),
    (
        Again,
        "later; liever later; vraag het nog eens; vraag het nog een keer; vraag het me nog eens; vraag nog eens; vraag me nog eens; vraag het opnieuw; vraag opnieuw; vraag me opnieuw; vraag het me in; vraag het me later; vraag het later; vraag me later; vraag me dan; vraag het dan; vraag het me dan; vraag het in; vraag me in; kom er op terug; kom erop terug; kom er later op terug; kom erop terug in; neem dan contact; mail me dan; mail me in; herinner me; herinner mij; probeer het later; probeer het nog eens; probeer het in; kom terug",
    ),
    (
        Cond,
        "als; mits; indien; alleen; alleen als; slechts; enkel; op voorwaarde; voorwaarde; voorwaarden; tenzij; behalve; zolang; zonder mijn; geef mijn niet; geef niet; niet mijn; noem niet; noem mijn; deel niet; deel mijn niet; moet; moeten; hoogstens; maximaal; hooguit; kort; kort houden; liever per; bij voorkeur; liefst per; vertrouwelijk; hangt ervan af; hangt er vanaf; ligt eraan; hangt van; eerst; vooraf; gratis; vrijblijvend; geen telefoon; niet bellen; niet telefonisch; per mail alleen; laat mijn; houd mijn; hou mijn; in dat geval",
    ),
    (
        Ask,
        "wie; wat; waarom; waarvoor; waarover; waar; welke; welk; hoe; hoezo; hoeveel; waartoe; meer over; meer vertellen; meer informatie; meer info; meer details; meer weten; meer achtergrond; details; informatie; achtergrond; context; uitleggen; leg uit; toelichten; toelichting; vertel; vertel me meer; vertel eens; website; profiel; cv; begrijp niet; begrijp het niet; snap niet; snap het niet; wil weten; zou willen weten; graag weten; eerst weten; gaat het over",
    ),
    (
        Hand,
        "mijn assistent; mijn assistente; mijn secretaresse; mijn collega; mijn zakenpartner; mijn partner; mijn compagnon; mijn man; mijn vrouw; mijn baas; mijn chef; mijn team; mijn kantoor; ons kantoor; persafdeling; persvoorlichter; afdeling; mijn opvolger; mijn agent; mijn advocaat; vraag het liever aan; vraag het liever; vraag het beter; vraag liever; vraag beter; vraag het aan; vraag aan; vraag mijn; vraagt u het aan; vraag het mijn; praat met; praat liever; spreek met; overleg met; neem contact op met; neem liever contact; richt je; richt u; wend je; wend u; wendt u; mail mijn; mail liever; schrijf mijn; schrijf liever; via mijn; gaat hierover; gaat daarover; gaat erover; regelt; regelt dit; regelt dat; beslist; verantwoordelijk; verantwoordelijke; in plaats van mij; in mijn plaats; beter geschikt; juiste persoon; verkeerde persoon; de juiste; iemand anders; een ander; een andere collega; doorgestuurd; ik stuur het door; stuur door; stuur dit door; doorgegeven aan; namens; niet mijn gebied; niet mijn afdeling; niet mijn vakgebied; beter bij; beter terecht",
    ),
    (
        No,
        "nee; neen; neuh; nee dank je; nee dankje; nee dank u; nee bedankt; nee hoor; nee liever niet; liever niet; beter niet; beter van niet; doe maar niet; doe dat maar niet; doe het maar niet; doe het niet; doe dat niet; laat maar; laat maar zitten; niet doen; zeker niet; natuurlijk niet; absoluut niet; beslist niet; uiteraard niet; in geen geval; geen sprake van; dacht het niet; geen interesse; geen belangstelling; niet geinteresseerd; ik pas; pas ik; ik sla over; sla over; deze sla ik over; ik bedank; bedank ervoor; ik bedank ervoor; afwijzen; wijs af; wijs het af; weiger; ik weiger; afslaan; sla af; sla het af; deze keer niet; dit keer niet; niets voor mij; niks voor mij; niet voor mij; helaas niet; helaas nee; helaas geen; geen tijd; geen ruimte; geen behoefte; geen behoefte aan; geen zin; geen zin in; wil niet; wil ik niet; ik wil niet; wil liever niet; ik wil liever niet; zou liever niet; houd me erbuiten; hou me erbuiten; laat mij erbuiten; laat me erbuiten; blijf er liever buiten; er liever buiten; zonder mij; niet mogelijk; onmogelijk; gaat niet; kan niet; komt niet uit; past niet; voel me niet; mijn antwoord is nee; het antwoord is nee; ik zeg nee; tegen; niet nodig voor mij; zie ik niet zitten; niet zitten; zie er vanaf; zie ervan af",
    ),
    (
        Not,
        "niet; geen; niets; niks; niemand; zonder; noch; helaas; sorry; spijt; spijt me; het spijt me; jammer; schande; belachelijk; genoeg; zat; fout; onbeschoft; irritant",
    ),
    (
        Hedge,
        "misschien; wellicht; mogelijk; waarschijnlijk; vermoedelijk; eventueel; denk het wel; ik denk het; ik denk; denk ik; geloof ik; ik geloof; ik weet niet; ik weet het niet; weet ik niet; weet niet; weet nog niet; weet het nog niet; geen idee; niet zeker; onzeker; twijfel; ik twijfel; nadenken; over nadenken; denk erover na; erover nadenken; nachtje; laat me denken; hm; hmm; eh; tja; zien; we zien wel; we zullen zien; even kijken; maakt niet uit; maakt me niet uit; mij om het even; om het even; zoals je wilt; wat je wilt; als je wilt; als u wilt; als het moet; ja en nee; ja nee; ja of nee; wacht; wacht even; momentje; grapje; grap; ironie; haha; zou kunnen; kan zijn; zou wel; eigenlijk; helemaal niet; toch niet; ontvangen; genoteerd; gelezen; in principe; in theorie; aarzel; mwah; vooruit dan; nou ja",
    ),
    (
        Known,
        "ken ik al; ken ik; ik ken; ik ken hem; ik ken haar; ik ken hem al; ik ken haar al; kennen elkaar; kennen elkaar al; we kennen elkaar; wij kennen elkaar; al in contact; hebben al contact; al ontmoet; al gesproken; niet nodig; hoeft niet; is niet nodig",
    ),
    (
        But,
        "maar; echter; hoewel; toch; desondanks; nochtans; evenwel; alleen; ofschoon",
    ),
    (
        Rhetorical,
        "hoe gaat het; hoe gaat het met je; hoe gaat het met u; hoe is het; hoe is het met je; alles goed; wat leuk; wat een leuk idee; wat een goed idee; wat aardig; wat attent; wat fijn; wat lief; wat mooi; wat een plezier; hoop dat het goed gaat; hopelijk gaat alles goed; zonder twijfel; zonder aarzelen; zonder enige twijfel; geen twijfel; geen haast; geen zorgen; maak je geen zorgen; wanneer het uitkomt; wanneer het je uitkomt; als het uitkomt; zodra je kunt; zodra u kunt; tot gauw; tot snel; tot ziens; tot later; voor mij; voor het vragen; voor de vraag; dat je het vraagt; dat je het eerst vraagt; dat u het vraagt; dat u het eerst vraagt; dat je eerst vraagt; om het eerst te vragen; dat je even vraagt; niet alleen; kan geen kwaad; kan nooit kwaad; maar natuurlijk; wat mij betreft; voor je bericht; voor uw bericht; voor je mail; voor uw mail; voor",
    ),
    (
        Soft,
        "dank; je; u; wel; dankjewel; dankje; bedankt; hartelijk; hartelijke; alvast; alsjeblieft; alstublieft; aub; svp; hallo; hoi; hai; hey; dag; beste; lieve; geachte; goedemorgen; goedemiddag; goedenavond; ik; mij; me; mijn; jij; jou; jouw; uw; hij; hem; zijn; haar; ze; zij; hun; wij; we; ons; onze; het; dat; dit; de; een; die; deze; en; of; ook; aan; op; in; met; van; bij; te; om; over; er; ervan; eraan; daar; hier; is; ben; bent; was; wordt; worden; zou; zal; kan; kun; kunt; kunnen; heb; hebt; heeft; hebben; wil; wilt; doe; doen; maken; maak; geven; geef; breng; brengen; stel; stellen; voorstellen; voorgesteld; introductie; introduceren; kennismaken; kennismaking; kennen; leren; ontmoeten; spreken; praten; contact; contactgegevens; gegevens; verbinden; elkaar; samen; horen; hoor; gehoord; schrijven; schrijf; mail; mailen; e; email; adres; nummer; vraag; vragen; vraagt; gevraagd; idee; bericht; blij; gelukkig; fijn; leuk; leuke; mooi; mooie; goed; goede; geweldig; super; top; uitstekend; perfect; aardig; attent; interessant; heel; erg; echt; zo; zeer; al; lang; even; eens; maar graag; gewoon; gauw; snel; snel mogelijk; meteen; direct; straks; nu; vandaag; dan; iemand; mensen; persoon; vriend; vriendin; nieuwe; nieuw; meneer; mevrouw; dr; veel; meer; weer; verder; werk; onderwerp; helpen; hulp; nuttig; groet; groeten; oh; ah; nou; beide; allebei; plezier; gerust; door; waardeer; gewaardeerd; dat je; denken; aan mij; graag gedaan; benieuwd; tot",
    ),
];
