use super::Cue::{
    self, Again, Always, Ask, But, Cond, Go, Hand, Hedge, Known, Later, Never, No, Not, Rhetorical,
    Soft, Yes,
};

pub(super) const ROWS: &[(Cue, &str)] = &[
    (
        Yes,
        "oui; ouii; ouais; ouaip; mais oui; oui oui; bien sur; bien sur que oui; evidemment; certainement; absolument; tout a fait; volontiers; tres volontiers; avec plaisir; avec grand plaisir; avec joie; daccord; cest daccord; entierement daccord; je suis daccord; ok; okay; okk; ca marche; ca me va; cela me va; cela me convient; ca me convient; cest bon; cest bon pour moi; bon pour moi; parfait pour moi; pas de probleme; pas de souci; pas de soucis; aucun probleme; aucun souci; aucune objection; aucun inconvenient; aucune raison de refuser; sans probleme; sans souci; je ny vois pas dinconvenient; ny vois pas dinconvenient; je ny vois aucun inconvenient; ny vois aucun inconvenient; je ny vois pas dobjection; pas dobjection; pas dinconvenient; je nai rien contre; rien contre; ca ne me derange pas; cela ne me derange pas; ca me derange pas; pourquoi pas; et pourquoi pas; comment refuser; je veux bien; jaimerais bien; jaimerais beaucoup; jen serais ravi; jen serais ravie; jen serais heureux; jen serais heureuse; je serais ravi; je serais ravie; je serai ravi; je serai ravie; ravi; ravie; enchante; enchantee; je suis partant; je suis partante; partant; partante; jaccepte; accepte; accorde; bonne idee; tres bonne idee; excellente idee; super idee; belle idee; ce serait super; ce serait genial; ce serait avec plaisir; ce serait bien; ce serait parfait; ce serait formidable; ce serait un plaisir; ca serait super; ca serait genial; ca minteresse; cela minteresse; je suis interesse; je suis interessee; jai hate; hate; ca me ferait plaisir; cela me ferait plaisir; ca me fait plaisir; cela me fait plaisir; ma reponse est oui; cest oui; cest oui pour moi; je dis oui; mon accord; vous avez mon accord; tu as mon accord; vous avez mon feu vert; tu as mon feu vert; feu vert; cest un oui; va pour",
    ),
    (
        Go,
        "vas y; allez y; vasy; allezy; fais donc; faites donc; fais le; faites le; fais; faites; mets nous en contact; mettez nous en contact; mets nous en relation; mettez nous en relation; mets moi en contact; mettez moi en contact; mets moi en relation; mettez moi en relation; mettre en relation; mettre en contact; presente nous; presentez nous; presente moi; presentez moi; presentez le moi; presentez la moi; presente le moi; presente la moi; fais les presentations; faites les presentations; nous presenter; me presenter; tu peux; vous pouvez; tu peux y aller; vous pouvez y aller; donne lui mon adresse; donnez lui mon adresse; donne lui mes coordonnees; donnez lui mes coordonnees; transmets mes coordonnees; transmettez mes coordonnees; donne mon mail; donnez mon mail; nhesite pas; nhesitez pas; nhesite surtout pas; fonce; lance toi; procedez; qu il mecrive; quelle mecrive; quil mecrive; peut mecrire; peut me contacter; fais suivre; faites suivre; faire sa connaissance; faire connaissance; le rencontrer; la rencontrer",
    ),
    (
        Always,
        "toujours; toujours daccord; toujours oui; toujours partant; a tout moment; quand tu veux; quand vous voulez; inutile de me demander; inutile de demander; pas besoin de me demander; pas besoin de demander; pas la peine de demander; pas la peine de me demander; sans me demander; sans demander; sans me consulter; nas pas besoin de demander; navez pas besoin de demander; nas pas a demander; nas pas a me demander; navez pas a demander; navez pas a me demander; na pas besoin de me demander; plus besoin de demander; plus besoin de me demander; carte blanche; qui tu veux; qui vous voulez; toutes les presentations; a chaque fois; une fois pour toutes; systematiquement; ne me demande meme pas; dorenavant oui",
    ),
    (
        Never,
        "jamais; plus jamais; jamais plus; ne mecrivez plus; ne mecris plus; ne me contactez plus; ne me contacte plus; ne me demandez plus; ne me demande plus; ne demandez plus; ne demande plus; mecrivez plus; mecris plus; me contactez plus; me demandez plus; me demande plus; ne plus; ne menvoyez plus; ne menvoie plus; plus recevoir; plus etre; plus de messages; plus de demandes; plus de mails; arretez; arrete; arretez de; cessez; cesse; stop; ca suffit; desinscrire; desinscrivez moi; desabonner; desabonnez moi; retirez moi; retire moi; supprimez moi; enlevez moi; laissez moi tranquille; laisse moi tranquille; fichez moi la paix; foutez moi la paix; aucune demande",
    ),
    (
        Later,
        "pas maintenant; pas encore; pas tout de suite; pour le moment; pour linstant; en ce moment; actuellement; cette semaine; ce mois ci; cette annee; la semaine prochaine; semaine prochaine; le mois prochain; mois prochain; lannee prochaine; annee prochaine; apres; avant; dici; jusqua; jusquau; jusquen; a partir; partir; des que; lorsque; printemps; ete prochain; cet ete; en ete; automne; hiver; rentree; janvier; fevrier; mars; avril; mai; juin; juillet; aout; septembre; octobre; novembre; decembre; paques; noel; vacances; conge; conges; trimestre; semestre; dans deux; dans trois; dans quelques; dans un mois; dans une semaine; semaines; mois; lundi; mardi; mercredi; jeudi; vendredi; samedi; dimanche; demain; une autre fois; un autre moment; mauvais moment; pas le bon moment; debordee; deborde; trop de travail; trop occupe; trop occupee; tres occupe; tres occupee; pas aujourdhui",
    ),
    (
        Again,
        "plus tard; redemande; redemandez; redemande moi; redemandez moi; reparlons; reparlons en; on en reparle; reviens vers moi; revenez vers moi; recontacte moi; recontactez moi; relance moi; relancez moi; rappelle moi; rappelez moi; rappelle le moi; demande moi dans; demandez moi dans; demande moi en; demandez moi en; demande moi apres; recris moi; reecris moi; reecrivez moi; repose moi la question; reposez moi la question; revoyons",
    ),
    (
        Cond,
        "si; sil; seulement; uniquement; a condition; condition; conditions; pourvu; du moment; sauf; sous reserve; tant que; sans donner; ne donne pas; ne donnez pas; ne transmets pas; ne transmettez pas; ne mentionnez pas; ne mentionne pas; il faut; faut; doit; devra; par mail uniquement; au maximum; maximum; court; bref; brievement; pas de telephone; pas par telephone; plutot par; de preference; confidentiel; confidentiellement; discretion; ca depend; cela depend; tout depend; dabord; auparavant; gratuit; laissez mon; laisse mon; quil soit; pas mon; pas mes; exclusivement; excepte; a moins",
    ),
    (
        Ask,
        "qui; quoi; que; quest; quel; quelle; quels; quelles; pourquoi; comment; ou ca; combien; men dire plus; en dire plus; dites men plus; dis men plus; en savoir plus; savoir plus; plus dinformations; plus dinfos; plus de details; des precisions; precisions; details; infos; informations; contexte; expliquer; expliquez; explique; precise; precisez; preciser; site; profil; cv; de quoi; a propos; comprends pas; pas compris; est ce; cest pour",
    ),
    (
        Hand,
        "mon assistant; mon assistante; ma secretaire; mon secretariat; mon collegue; ma collegue; mon associe; mon associee; mon partenaire; ma partenaire; mon mari; ma femme; mon epouse; mon epoux; mon chef; ma cheffe; mon equipe; mon bureau; notre bureau; notre service; service de presse; service presse; mon adjoint; mon adjointe; mon successeur; adressez vous; adresse toi; voyez avec; vois avec; vois plutot; voyez plutot; parlez en a; parle en a; parlez a; parle a; demandez a; demande a; demande plutot; demandez plutot; demandez plutot a; contactez; contacte; ecrivez a; ecris a; ecrivez plutot; ecris plutot; soccupe; sen occupe; gere; gere ca; gere cela; decide; responsable; competent; competente; a ma place; au lieu de moi; plutot que moi; quelquun dautre; une autre personne; bonne personne; mauvaise personne; la bonne personne; transmis; je transmets; je transfere; transfere; de la part; au nom de; p o; pas mon domaine; pas de mon ressort; mieux place; mieux placee",
    ),
    (
        No,
        "non; mais non; mais non merci; nan; non merci; non desole; plutot non; plutot pas; je prefere pas; je prefere ne pas; prefere ne pas; prefere pas; je prefererais pas; je prefererais ne pas; prefererais ne pas; prefererais pas; je prefere rester; prefere rester en dehors; sans facon; pas question; hors de question; pas interesse; pas interessee; ca ne minteresse pas; cela ne minteresse pas; minteresse pas; aucun interet; pas cette fois; pas pour moi; tres peu pour moi; certainement pas; surement pas; absolument pas; surtout pas; bien sur que non; je decline; decliner; decline; je refuse; refuse; refuser; je passe; je passe mon tour; malheureusement non; malheureusement pas; helas non; pas possible; impossible; ne souhaite pas; je ne souhaite pas; ne veux pas; je ne veux pas; veux pas; naimerais pas; ne prefere pas; pas envie; pas le temps; pas disponible; je men passerai; je dois dire non; mieux vaut pas; vaut mieux pas; vaut mieux eviter; sans moi; laissez moi en dehors; laisse moi en dehors; pas a laise; ma reponse est non; cest non; je dis non; contre; ne preferais pas; eviter; evite",
    ),
    (
        Not,
        "pas; ne; ni; aucun; aucune; rien; sans; personne; malheureusement; helas; desole; desolee; regrette; honte; scandaleux; assez; marre",
    ),
    (
        Hedge,
        "entendu; cest entendu; compris; bien compris; ne tinquiete pas; ne vous inquietez pas; ton message; votre message; ton mail; votre mail; peut etre; peutetre; probablement; sans doute; eventuellement; je crois; je pense; je suppose; jimagine; je ne sais pas; sais pas; je sais pas; pas sur; pas sure; pas certain; pas certaine; jhesite; hesite; hesitant; reflechir; y reflechir; je reflechis; reflechis; voir; on verra; a voir; verrons; hum; hmm; euh; bof; mouais; si tu veux; si vous voulez; peu importe; peu mimporte; egal; pas du tout; oui et non; oui non; oui ou non; au fait; attends; attendez; finalement; blague; je rigole; ironie; haha; mdr; lol; bien recu; recu; pris note; note; serait; pourrait; conditionnel; en principe; a la rigueur; pourquoi faire; tant pis",
    ),
    (
        Known,
        "je connais deja; connais deja; on se connait; on se connait deja; nous nous connaissons; nous connaissons deja; nous connaissons; je le connais; je la connais; deja en contact; deja rencontre; deja rencontres; deja parle; en contact avec; pas besoin; pas necessaire; pas la peine; inutile",
    ),
    (
        But,
        "mais; cependant; toutefois; pourtant; neanmoins; quoique; bien que; par contre; en revanche; sinon; tandis",
    ),
    (
        Rhetorical,
        "merci pour ton message; merci pour votre message; merci pour ton mail; merci pour votre mail; merci de ton message; merci de votre message; comment vas tu; comment allez vous; comment ca va; ca va; quelle bonne idee; quelle belle idee; quelle excellente idee; quelle gentille attention; quelle gentillesse; quel plaisir; que du bonheur; si possible rapidement; sans hesiter; sans hesitation; aucun doute; sans aucun doute; merci davoir demande; davoir demande; de mavoir demande; davoir pose la question; davoir pense a moi; de penser a moi; de demander; de me demander; avant tout; des que possible; des que tu peux; des que vous pouvez; quand tu peux; quand vous pouvez; pas de souci pour moi; nest ce pas; a bientot; mais avec plaisir; mais bien sur; mais volontiers; que je connaisse; depuis longtemps",
    ),
    (
        Soft,
        "merci; beaucoup; bien; tres; sil te plait; sil vous plait; svp; stp; bonjour; bonsoir; salut; coucou; cher; chere; madame; monsieur; je; jai; jy; me; moi; mon; ma; mes; tu; te; toi; ton; ta; tes; vous; votre; vos; nous; notre; nos; il; elle; ils; elles; on; lui; leur; le; la; les; l; un; une; des; du; de; d; au; aux; a; en; dans; pour; par; avec; et; ou; ce; cet; cette; ces; cela; ca; cest; est; suis; es; etes; sont; etre; sera; serais; aurai; aurais; ai; as; avez; avoir; peux; peut; pouvez; veux; voudrais; aimerais; aime; faire; fait; mettre; mise; relation; contact; contacts; presentation; presentations; presenter; rencontrer; rencontre; connaitre; connaissance; parler; discuter; echanger; echange; ecrire; mail; e; email; adresse; coordonnees; numero; message; demande; demander; question; idee; plaisir; heureux; heureuse; content; contente; genial; super; parfait; excellent; formidable; chouette; top; cool; merveilleux; interessant; interesse; interessee; vraiment; tout; toute; tous; deux; aussi; tellement; bon; bonne; belle; beau; gentil; gentille; aimable; attention; avis; pensee; pense; y; maintenant; vite; rapidement; ah; oh; eh; alors; donc; aller; entendre; entendu parler; nouvelle; nouvelles; nouveau; quelquun; gens; collegue; ami; amie; amis; hate de; travail; son travail; sujet; cordialement; bises; grand; grande; comme; plus; encore; mille; fois",
    ),
];
