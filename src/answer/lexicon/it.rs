use super::Cue::{
    self, Again, Always, Ask, But, Cond, Go, Hand, Hedge, Known, Later, Never, No, Not, Rhetorical,
    Soft, Yes,
};

pub(super) const ROWS: &[(Cue, &str)] = &[
    (
        Yes,
        "sí; ma sí; ma volentieri; ma con piacere; si; sii; siii; si si; sí sí; si grazie; sí grazie; certo; certo che sí; certo che si; ma certo; certamente; sicuro; sicuramente; senz altro; senzaltro; assolutamente sí; assolutamente si; ovviamente; naturalmente; volentieri; molto volentieri; ben volentieri; con piacere; con molto piacere; con grande piacere; con gioia; daccordo; sono daccordo; daccordissimo; va bene; va benissimo; per me va bene; per me va benissimo; per me ok; per me sí; per me si; a me va bene; mi va bene; mi va; va bene per me; ok; okay; oki; perfetto sí; benissimo sí; nessun problema; non ce problema; non ce nessun problema; non ce alcun problema; non ci sono problemi; per me non ce problema; per me non ce nessun problema; nessuna obiezione; nessuna difficolta; niente in contrario; nulla in contrario; non ho nulla in contrario; non ho niente in contrario; non ho nulla da obiettare; non ho obiezioni; non mi dispiace; non mi dispiacerebbe; non mi disturba; senza problemi; perche no; e perche no; come rifiutare; come dire di no; ci sto; io ci sto; accetto; autorizzo; autorizzato; approvato; hai il mio ok; ha il mio ok; hai il mio permesso; ha il mio permesso; hai il mio consenso; la mia risposta e sí; la risposta e sí; dico di sí; dico sí; e un sí; mi farebbe piacere; mi farebbe molto piacere; mi fa piacere; mi fa molto piacere; farebbe piacere; mi piacerebbe; mi piacerebbe molto; piacerebbe; sarei felice; sarei felicissimo; sarei felicissima; sarei lieto; sarei lieta; sarei contento; sarei contenta; felice di; lieto di; lieta di; contento di; contenta di; sarebbe bello; sarebbe fantastico; sarebbe un piacere; sarebbe perfetto; sarebbe ottimo; sarebbe splendido; sara un piacere; e un piacere; mi interessa; mi interessa molto; sono interessato; sono interessata; buona idea; ottima idea; bella idea; bellissima idea; mi sembra una buona idea; mi sembra unottima idea; mi sembra ottimo; mi sembra bello; mi sembra bene; non vedo lora; non vedo lora di; conta su di me; conti su di me; affare fatto; assolutamente; affermativo; come no",
    ),
    (
        Go,
        "vai; vai pure; vada pure; procedi; procedi pure; proceda; proceda pure; fai pure; faccia pure; fallo; fallo pure; lo faccia; lo faccia pure; presentaci; ci presenti; presentaci pure; ci presenti pure; presentami; mi presenti; presentamelo; presentamela; presentacelo; mettici in contatto; ci metta in contatto; mettimi in contatto; mi metta in contatto; mettimi pure in contatto; mettici pure in contatto; fai la presentazione; faccia la presentazione; fai le presentazioni; faccia le presentazioni; puoi; puoi pure; puoi farlo; puo farlo; puoi presentarci; puo presentarci; puoi presentarmi; puo; puo pure; dagli la mia mail; dalle la mia mail; dagli il mio contatto; dalle il mio contatto; dagli il mio indirizzo; dalle il mio indirizzo; passagli il mio contatto; passale il mio contatto; passa i miei dati; passa il mio contatto; passi i miei contatti; passi pure i miei contatti; scrivimi pure; mi scriva pure; che mi scriva; puo scrivermi; puo contattarmi; avanti; manda pure; mandi pure; conoscerlo; conoscerla; presentarci; presentarmi; mettere in contatto; metterci in contatto; mettermi in contatto",
    ),
    (
        Always,
        "sempre; sempre sí; sempre si; sempre volentieri; quando vuoi; quando vuole; ogni volta che vuoi; non devi chiedere; non devi chiedermelo; non devi chiedermi; non devi nemmeno chiedermelo; non devi nemmeno chiedere; non devi neanche chiedere; non devi neanche chiedermelo; non deve chiedere; non deve chiedermelo; non deve nemmeno chiedere; non deve nemmeno chiedermelo; non serve chiedere; non serve che chieda; non serve che chiedi; non serve che me lo chieda; non serve che me lo chiedi; non serve nemmeno chiedere; non ce bisogno di chiedere; non ce bisogno di chiedermelo; non ce bisogno che me lo chieda; non ce bisogno che me lo chiedi; non hai bisogno di chiedere; non ha bisogno di chiedere; senza chiedere; senza chiedermelo; senza chiedermi; senza consultarmi; chi vuoi; a chi vuoi; con chi vuoi; chi vuole; carta bianca; per tutte le presentazioni; dora in poi sí",
    ),
    (
        Never,
        "mai; mai piu; giammai; non scrivermi piu; non scrivetemi piu; non mi scriva piu; non mi scriva; non scrivermi; non chiedermelo piu; non me lo chieda piu; non chiedermi piu; non chiedere piu; non mi chieda piu; non contattarmi; non contattarmi piu; non mi contatti; non mi contatti piu; non contattatemi; non contattatemi piu; non voglio ricevere; non voglio piu; non desidero ricevere; non piu; basta; smettila; smetti; smetta; smettetela; la smetta; lasciami in pace; mi lasci in pace; lasciatemi in pace; toglimi; mi tolga; toglietemi; cancellami; mi cancelli; cancellatemi; rimuovimi; mi rimuova; disiscrivimi; disiscrivetemi; stop; niente piu; non mandarmi; non mi mandi; non mandatemi; non inviarmi; non inviatemi; non disturbarmi; non mi disturbi",
    ),
    (
        Later,
        "dopo; poi; non ora; non adesso; adesso no; ora no; non ancora; per ora; per adesso; per il momento; al momento; in questo momento; attualmente; questa settimana; questo mese; questanno; la settimana prossima; settimana prossima; prossima settimana; il mese prossimo; mese prossimo; prossimo mese; anno prossimo; lanno prossimo; prossimo anno; prima; fino; finche; a partire; primavera; estate; autunno; inverno; gennaio; febbraio; marzo; aprile; maggio; giugno; luglio; agosto; settembre; ottobre; novembre; dicembre; pasqua; natale; ferie; vacanze; congedo; maternita; trimestre; semestre; fra due; tra due; fra tre; tra tre; fra un; tra un; fra una; tra una; fra qualche; tra qualche; settimane; mesi; lunedi; martedi; mercoledi; giovedi; venerdi; sabato; domenica; domani; un altro momento; unaltra volta; altra volta; brutto momento; momento sbagliato; troppo occupato; troppo occupata; molto occupato; molto occupata; impegnato; impegnata; quando torno; quando rientro; appena; oggi no",
    ),
    (
        Again,
        "piu tardi; piu avanti; chiedimelo di nuovo; chiedimi di nuovo; chiedimelo tra; chiedimelo fra; chiedimelo a; chiedimelo in; chiedimelo dopo; chiedimelo piu; me lo chieda; me lo richieda; richiedimelo; richiedimi; ricordamelo; me lo ricordi; ricordami; mi ricordi; riscrivimi; mi riscriva; ricontattami; mi ricontatti; risentiamoci; ci risentiamo; riparliamone; ne riparliamo; risentirci; fatti risentire; si faccia risentire; fatti vivo; fatti viva; torna a chiedere",
    ),
    (
        Cond,
        "se; solo; soltanto; solamente; unicamente; purche; a patto; a condizione; condizione; condizioni; a meno; salvo; tranne; eccetto; sempre che; sempre se; basta che; senza dare; non dare; non dia; non dirgli; non dirle; non menzionare; non condividere; deve essere; devessere; bisogna; al massimo; massimo; breve; corta; corto; per email solo; niente telefonate; niente telefono; preferibilmente; meglio per; riservato; riservatezza; confidenziale; dipende; gratis; lascia fuori il; lasci fuori il; finche sia; per prima cosa; innanzitutto; nel caso",
    ),
    (
        Ask,
        "chi; cosa; che cosa; che tipo; quale; quali; qual; come mai; perche vuole; perche vorrebbe; perche; dove; quanto; di che; di cosa; per cosa; a che; piu dettagli; maggiori dettagli; dettagli; piu informazioni; qualche informazione; informazione; informazioni; qualche info; info; contesto; saperne di piu; sapere di piu; vorrei sapere; vorrei capire; dimmi di piu; mi dica di piu; mi dai; mi da; dirmi di piu; raccontami; mi racconti; spiegare; spiegami; mi spieghi; chiarire; profilo; sito; curriculum; non ho capito; non capisco; si tratta",
    ),
    (
        Hand,
        "il mio assistente; la mia assistente; mio assistente; mia assistente; mia segretaria; mio collega; mia collega; mio socio; mia socia; mio marito; mia moglie; mio capo; mio team; mio ufficio; nostro ufficio; ufficio stampa; mio agente; mio avvocato; mio successore; rivolgiti; si rivolga; rivolgetevi; parla con; parli con; parlane con; ne parli con; chiedi a; chieda a; chiedi al; chieda al; chiedi alla; chieda alla; chiedi piuttosto; contatta il; contatta la; contatti il; contatti la; scrivi a; scriva a; scrivi al; scriva al; scrivi alla; scriva alla; se ne occupa; si occupa; occupa; decide; decide lui; decide lei; responsabile; competente; al posto mio; al mio posto; invece di me; invece che a me; persona giusta; persona sbagliata; persona adatta; unaltra persona; qualcun altro; non sono la persona; ho inoltrato; inoltro; inoltrato; giro la; ho girato; per conto; a nome di; da parte di; non e il mio campo; non e di mia competenza; non spetta a me",
    ),
    (
        No,
        "no; nono; no grazie; meglio di no; direi di no; meglio no; penso di no; preferirei di no; preferisco di no; preferirei non; preferisco non; preferisco restare fuori; preferirei restarne fuori; non mi interessa; non interessato; non sono interessato; non sono interessata; nessun interesse; certo che no; certamente no; sicuramente no; assolutamente no; no assolutamente; non se ne parla; neanche per sogno; nemmeno per sogno; per niente; stavolta no; questa volta no; non questa volta; passo; io passo; declino; rifiuto; devo rifiutare; devo declinare; devo dire di no; dico di no; purtroppo no; purtroppo non; temo di no; non posso; non potro; non voglio; non vorrei; non desidero; non me la sento; non mi va; non fa per me; non ho tempo; niente tempo; impossibile; non e possibile; lasciami fuori; mi lasci fuori; lasciatemi fuori; non farlo; non lo faccia; non presentarci; non ci presenti; la mia risposta e no; la risposta e no; e un no; negativo; mi oppongo; lascia perdere; lasci perdere; lasciamo perdere; lasciamo stare; evitiamo; eviterei",
    ),
    (
        Not,
        "non; ne; niente; nulla; nessun; nessuno; nessuna; senza; neanche; nemmeno; neppure; purtroppo; scusa; scusi; spiace; dispiace; mi dispiace; mi spiace; vergogna; stufo; stufa; assurdo; male",
    ),
    (
        Hedge,
        "non ti preoccupare; non preoccuparti; non si preoccupi; capito; inteso; tuo messaggio; suo messaggio; tua mail; sua mail; forse; magari; puo darsi; puo essere; probabilmente; possibilmente; eventualmente; credo; credo di sí; credo di si; penso; penso di sí; penso di si; suppongo; immagino; non so; non lo so; boh; mah; non sono sicuro; non sono sicura; dubbio; dubbi; ci penso; ci devo pensare; ci pensero; pensarci; fammi pensare; mi faccia pensare; rifletterci; vediamo; vedremo; si vedra; fa lo stesso; mi e indifferente; indifferente; come vuoi; come vuole; se vuoi; se vuole; se proprio; se insisti; sí e no; si e no; sí no; si no; sí o no; si o no; ni; aspetta; aspetti; scherzo; sto scherzando; ironia; ahah; ahaha; hm; hmm; potrebbe; ricevuto; annotato; veramente; in teoria; in linea di massima; esito; indeciso; indecisa; dormirci; niente affatto; affatto",
    ),
    (
        Known,
        "conosco gia; lo conosco gia; la conosco gia; gia lo conosco; gia la conosco; lo conosco; la conosco; ci conosciamo; ci conosciamo gia; gia in contatto; siamo in contatto; gia parlato; non serve; non ce bisogno; non occorre; non e necessario",
    ),
    (
        But,
        "ma; pero; tuttavia; comunque; anche se; sebbene; benche; eppure; bensi; salvo; tranne",
    ),
    (
        Rhetorical,
        "grazie per il tuo messaggio; grazie per il suo messaggio; grazie del messaggio; grazie per la tua mail; grazie per la mail; grazie della mail; come stai; come sta; come va; tutto bene; che bella idea; che buona idea; che ottima idea; che bello; che gentile; che pensiero gentile; che piacere; che gioia; spero tutto bene; spero che tu stia bene; senza dubbio; senza esitare; senza impegno; quando puoi; quando puo; appena puoi; appena puo; a dopo; a poi; a presto; di aver chiesto; per aver chiesto; per averlo chiesto; di avermelo chiesto; per avermelo chiesto; di avermi chiesto; per avermi chiesto; aver chiesto prima; chiesto prima; aver pensato a me; non solo; ma con piacere; ma volentieri",
    ),
    (
        Soft,
        "grazie; mille; tante; molte; per; favore; piacere; cortesia; prego; ciao; buongiorno; buonasera; salve; caro; cara; gentile; egregio; egregia; io; mi; me; mio; mia; miei; mie; tu; te; ti; tuo; tua; lei; le; suo; sua; loro; lui; lo; la; gli; li; il; i; un; uno; una; del; della; dei; delle; dello; di; da; dal; in; nel; con; su; a; al; alla; ai; e; ed; o; che; questo; questa; quello; quella; ce; ci; sono; sei; siamo; essere; era; sara; sarebbe; sarei; ho; hai; ha; abbiamo; avere; molto; tanto; tanta; molta; tutto; tutti; tutte; bene; benissimo; ottimo; ottima; perfetto; perfetta; eccellente; fantastico; fantastica; meraviglioso; splendido; splendida; bello; bella; bellissimo; buono; buona; bravo; brava; grande; interessante; interesse; felice; contento; contenta; lieto; lieta; entusiasta; grato; grata; apprezzo; presentare; presentazione; presentazioni; contatto; contatti; contattare; collegare; conoscere; conoscenza; incontrare; incontro; parlare; parlarne; parlargli; parlarle; chiacchierare; sentire; sentirlo; sentirla; sentito; scrivere; scrivi; mail; email; e mail; messaggio; indirizzo; dati; numero; telefono; chiedere; chiesto; chiedermelo; domanda; idea; pensiero; premura; attenzione; qualcuno; persona; persone; gente; amico; amica; collega; nuovo; nuova; nuovi; nuove; presto; subito; ora; adesso; oggi; anche; inoltre; lavoro; tema; aiutare; aiuto; utile; mettere; metterci; fare; farlo; fai; dare; passare; passa; condividere; saluti; abbraccio; due; entrambi; ah; oh; beh; allora; piu; volta; da tempo; tempo; signor; signora; signore; dott; dottore; pure; davvero; proprio; cosi; avermi; averci; veramente felice",
    ),
];
