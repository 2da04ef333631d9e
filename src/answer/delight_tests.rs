//! A yes said with delight bothers nobody; what only begins like one is no yes.

use super::*;

fn read(text: &str) -> Verdict {
    // Alex asks about Jordan.
    let names = ["jordan", "alex", "kim"].map(str::to_owned).into();
    classify(text, &names, "")
}

#[test]
fn a_yes_with_delight_around_it_is_plain() {
    let wrong: Vec<String> = [
        "What a lovely thought. Yes, please do",
        "What a great idea! Yes, please.",
        "What a kind and thoughtful gesture. With pleasure!",
        "How lovely of you to ask! Yes, please.",
        "How very kind of you. I'd be delighted.",
        "Such a lovely idea, yes please!",
        "Yes, gladly. The boat deserves a face.",
        "Yes, with pleasure. She sounds wonderful.",
        "I'd love to. Jordan is famous in the harbour.",
        "Yes please! I love boats.",
        "I'd be delighted. Thanks, Alex.",
        "I'd be delighted. Thanks, Morwenna.",
        "Yes, please. Many thanks, Alex!",
        "Yes please. Cheers, Alex",
        "Yes! Robotics is exactly what I need right now.",
        "Yes, gladly! Pottery is exactly what I'm looking for.",
        "Was für eine schöne Idee! Ja, gerne.",
        "Wie lieb von dir, ja bitte!",
        "Welch schöner Gedanke. Sehr gern!",
        "Ja, sehr gern. Das Boot verdient ein Gesicht.",
        "Ja gerne! Robotik ist genau mein Thema.",
        "Ja, mit Vergnügen. Danke, Alex!",
        "Quelle bonne idée ! Oui, avec plaisir.",
        "Quelle belle attention de ta part. Oui, volontiers.",
        "Comme c'est gentil ! Avec plaisir.",
        "Oui, avec plaisir. Le bateau mérite un visage.",
        "Avec plaisir. Merci, Alex.",
        "¡Qué buena idea! Sí, por favor.",
        "Qué detalle tan bonito. Sí, con mucho gusto.",
        "Sí, con mucho gusto. El barco merece una cara.",
        "Sí, encantada. Gracias, Alex.",
        "Que bela ideia! Sim, com prazer.",
        "Que gesto tão bonito. Sim, por favor.",
        "Sim, com prazer. O barco merece um rosto.",
        "Sim, com prazer. Obrigada, Alex.",
        "Che bella idea! Sì, volentieri.",
        "Che pensiero gentile, con piacere!",
        "Sì, volentieri. La barca merita un volto.",
        "Con piacere. Grazie, Alex.",
        "Wat een leuk idee! Ja, graag.",
        "Wat lief van je! Ja graag.",
        "Ja, heel graag. De boot verdient een gezicht.",
        "Ja, graag. Bedankt, Alex.",
    ]
    .iter()
    .map(|text| (text, read(text)))
    .filter(|(_, v)| v.answer != Answer::Yes)
    .map(|(text, v)| format!("{:?} ({}, {:?}): {text}", v.answer, v.language, v.reasons))
    .collect();
    assert!(wrong.is_empty(), "no yes in\n{}", wrong.join("\n"));
}

#[test]
fn what_only_begins_like_a_yes_is_none() {
    let wrong: Vec<String> = [
        "Yes, gladly. Next year.",
        "Sure. After the funding round.",
        "Yes. The only thing is that my board must agree.",
        "Yes, I saw your mail.",
        "Yes. I read your lovely message.",
        "Great idea. My assistant will decide.",
        "What a lovely thought, but …",
        "What a lovely thought, but I am busy.",
        "What a lovely thought.",
        "What a lovely thought?",
        "What a lovely way to waste an afternoon. Yes.",
        "What a surprise. Yes, another stranger.",
        "What a great idea. Not.",
        "How kind of you. My brother says yes.",
        "How nice. Who is she?",
        "I'd be delighted to decline",
        "I'd be delighted, were I not busy.",
        "Yes, as long as it stays private.",
        "Yes — by phone only",
        "Happy to, subject to a chat with the lawyer",
        "Happy to, subject to an NDA.",
        "Yes, gladly. The board decides.",
        "Yes, gladly. The fee is 200.",
        "Yes, gladly. The condition: no mail.",
        "Yes, gladly. The whole thing stays wonderful and secret.",
        "Yes, gladly. The wonderful part is that I pay nothing.",
        "Yes, gladly. I love being bothered.",
        "Yes, gladly. I love mail from strangers.",
        "Yes, gladly. The opposite is wonderful.",
        "Yes, gladly. She can call Kim first.",
        "Yes, gladly. She calls me first, which is lovely.",
        "Yes. The parcel arrived yesterday.",
        "Fine. The boat deserves a face.",
        "Sure. The boat deserves a face.",
        "The boat deserves a face. She is wonderful.",
        "Yes! More mail is exactly what I need right now.",
        "Yes! Spam is exactly what I need right now.",
        "Yes! Another newsletter is exactly what I need right now.",
        "Robotics is exactly what I need right now.",
        "Yes, gladly. Thanks, December.",
        "Yes please. Thanks, Later",
        "Yes, please. Thanks, Kim will answer for me.",
        "Yes to Jordan, gladly. No to Kim.",
        "Jordan gladly, Kim rather not. What a lovely idea!",
        "She wrote: yes, gladly. The boat deserves a face. But I doubt it.",
        "Forwarded message: yes, gladly",
        "Yes, please do. Signed by her husband on her behalf.",
        "Oh yes, what a lovely idea, as if.",
        "Yes, gladly. When pigs fly.",
        "Ja, gern. Nächstes Jahr.",
        "Was für eine schöne Idee, aber leider nicht.",
        "Was für eine schöne Idee.",
        "Ja, gerne. Meine Kollegin entscheidet.",
        "Ja gern, solange es kurz bleibt.",
        "Ja, gern. Das Boot muss erst fertig werden.",
        "Ja! Werbung ist genau mein Thema, haha.",
        "Quelle bonne idée, mais non.",
        "Oui, avec plaisir. L'année prochaine.",
        "Oui, avec plaisir, à condition que ce soit court.",
        "Quelle bonne idée !",
        "Oui, avec plaisir. Le conseil mérite une réponse.",
        "Qué buena idea, pero no.",
        "Sí, con gusto. El año que viene.",
        "Sí, siempre que sea por correo.",
        "Qué buena idea.",
        "Sí, con gusto. La junta merece decidirlo.",
        "Que boa ideia, mas não.",
        "Sim, com prazer. Para o ano que vem.",
        "Sim, desde que seja breve.",
        "Che bella idea, ma no.",
        "Sì, volentieri. L'anno prossimo.",
        "Sì, purché sia breve.",
        "Che bella idea!",
        "Wat een leuk idee, maar nee.",
        "Ja, graag. Volgend jaar.",
        "Ja graag, mits het kort is.",
        "Wat een leuk idee!",
        "Ja, graag. Mijn collega beslist.",
    ]
    .iter()
    .map(|text| (text, read(text)))
    .filter(|(_, v)| v.answer.is_consent())
    .map(|(text, v)| format!("{:?} ({}, {:?}): {text}", v.answer, v.language, v.reasons))
    .collect();
    assert!(
        wrong.is_empty(),
        "a yes was read into\n{}",
        wrong.join("\n")
    );
}
