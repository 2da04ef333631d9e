//! Whole frames of saying it, with open places: "happy to talk about ~", "my number is #".
//!
//! What stands in an open place must say nothing by itself; a frame with a benign end lets a plain
//! yes stand beside when somebody is free, how they can be reached, and why they are late.

pub(super) mod de;
pub(super) mod en;
pub(super) mod es;
pub(super) mod fr;
pub(super) mod it;
pub(super) mod nl;
pub(super) mod pt;

/// Words of all languages that never fill an open place: they hint at a limit, another matter, or a joke.
pub(super) const SUSPECT: &str = "
    else other others another instead only just except unless besides than not no never nothing nobody none without
    money fee fees price pay paid payment payments cost costs terms contract lawyer lawyers sue court police spam spammer stranger
    strangers scam sales pitch idiot idiots fool joke funny root dentist death hell damn crap boring bored useless pointless worst
    hate hates waste wasted annoying annoyed bother sarcasm irony lonely empty misery torture yes no ok okay first but however
    though although yet still why who what how when where which whether or
    ander andere anderen anderes anders andern sonst geld preis kosten honorar anwalt fremde fremden werbung spott witz dumm nutzlos
    langweilig hasse nervig nerven nicht kein keine keinen nie nichts niemand ohne nur aber doch jedoch oder ob wenn falls
    autre autres argent prix frais avocat inconnu inconnus pub blague idiot inutile ennuyeux deteste rien personne jamais sans
    seulement mais sauf sinon ou si pas non
    otro otra otros otras dinero precio pago abogado desconocido desconocidos publicidad broma tonto inutil aburrido odio nada nadie
    nunca sin solo pero salvo excepto sino o si no
    outro outra outros outras dinheiro preco pagamento advogado desconhecido desconhecidos publicidade piada chato nada ninguem
    nunca sem so apenas mas exceto senao ou se nao
    altro altra altri altre soldi prezzo compenso avvocato sconosciuto sconosciuti pubblicita scherzo inutile noioso odio niente
    nulla nessuno mai senza solo ma salvo eccetto oppure o se non
    geld prijs kosten honorarium advocaat vreemde vreemden reclame grap nutteloos saai haat niets niemand nooit zonder alleen maar
    behalve of als niet geen
    sure certain certaine unsure sicher segura seguro sicura sicuro certeza zeker
    opposite contrary gegenteil contraire contrario contrari tegendeel";

const NEGATIONS: &str = "no not dont never cant wont wouldnt couldnt non pas ne ny nai nicht kein keine keinen nix nichts nie
    nao nem sem sin sans senza niente nulla nessun nessuna niet geen niets niks zonder rien aucun aucune jamais mai nunca
    jamas nada ninguem niemand nadie nessuno ohne";

/// What a negation in front of it makes a yes of: "no problem", "nothing against it", "why not".
const DENIED: &str = "problem problems problema problemas problemi probleme problemes probleem problemen prob pb blem souci soucis
    objection objections objecion objecoes objecao obiezione obiezioni dobjection inconvenient inconveniente inconvenientes
    dinconvenient issue issues trouble bother qualms reservations concerns worries dagegen einzuwenden gegen entgegen einwand
    einwaende bedenken hindernis hindernisse contre contra contrario contrari ridire redire bezwaar bezwaren moeite tegen punt
    hesitate hesitating hesiter hesitez hesite hesitation nhesite nhesitez esitare hesites hesitar dudes dude duda dudas dudarlo
    dubbio dubbi duvida doute dispiace disturba importa molesta importo incomoda incomodo mind wait refuse resist miss ding
    thema stress akt nein nee pega pegas reparo pedo pedos bronca broncas rollo drama dramas lio grilo crise galho entrave
    sombra obiettare reflechir difficolta difficulte ueberlegen nachdenken pensar pensarlo pensare pensarci na lora ostacoli
    faltaba faltaria como perche pourquoi why waarom warum wieso ";

/// Whether a phrase that says yes holds a negation which nothing in it takes back.
pub(super) fn is_denied(words: &[&str]) -> bool {
    let holds = |list: &str| {
        words
            .iter()
            .any(|w| list.split_whitespace().any(|l| l == *w))
    };
    holds(NEGATIONS) && !holds(DENIED)
}
