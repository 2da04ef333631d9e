use super::Cue::{
    self, Again, Always, Ask, But, Cond, Go, Hand, Hedge, Known, Later, Never, No, Not, Rhetorical,
    Soft, Yes,
};

pub(super) const ROWS: &[(Cue, &str)] = &[
    (
        Yes,
        "sim; nao vejo problema nenhum; nao vejo nenhum problema; nao vejo mal nenhum; mas claro; mas sim; mas com certeza; siim; sim sim; claro; claro que sim; com certeza; certamente; certo; esta certo; ta certo; pode ser sim; pois claro; pois sim claro; claro claro; sem duvida; com prazer; com muito prazer; com todo o prazer; com gosto; com muito gosto; de acordo; estou de acordo; concordo; ok; okay; oki; ta bom; tudo bem; tudo bem por mim; por mim tudo bem; por mim sim; por mim ok; por mim otimo; tudo certo; beleza; combinado; perfeito sim; bora; vamos la; topo; eu topo; aceito; eu aceito; autorizo; autorizado; tem minha permissao; tem a minha permissao; tem meu ok; minha resposta e sim; a resposta e sim; digo que sim; e um sim; sem problema; sem problemas; sem problema nenhum; sem problema algum; nao tem problema; nao ha problema; nao tem problema nenhum; nao ha problema nenhum; nenhum problema; nao vejo problema; nao vejo problemas; nao vejo inconveniente; nenhum inconveniente; sem inconveniente; sem objecoes; nenhuma objecao; nao tenho objecoes; nao tenho nada contra; nada contra; nao me importo; nao me incomodo; nao me incomoda; por que nao; porque nao; e por que nao; gostaria; gostaria muito; gostava; gostava muito; adoraria; eu adoraria; adorava; seria otimo; seria um prazer; seria bom; seria excelente; seria fantastico; seria perfeito; sera um prazer; vai ser um prazer; e um prazer; fico feliz; ficaria feliz; fico contente; ficaria contente; boa ideia; otima ideia; excelente ideia; que boa ideia; acho bom; acho otimo; acho otima ideia; acho uma boa ideia; parece bom; parece otimo; parece me bem; parece me bom; me parece bom; me parece otimo; soa bem; interessa me; me interessa; tenho interesse; estou interessado; estou interessada; mal posso esperar; conta comigo; conte comigo; estou dentro; tou dentro; absolutamente; afirmativo; positivo; fechado; blz; show",
    ),
    (
        Go,
        "pode; podes; pode sim; podes sim; pode apresentar; podes apresentar; pode nos apresentar; pode fazer; podes fazer; pode passar; pode mandar; manda; manda ver; pode ir; va em frente; vai em frente; avanca; avance; pode avancar; siga em frente; segue em frente; faca isso; faz isso; faca; apresenta nos; apresente nos; nos apresente; nos apresenta; me apresenta; me apresente; apresenta me; apresente me; faca a apresentacao; faz a apresentacao; coloque nos em contato; coloca nos em contato; nos coloque em contato; me coloque em contato; nos coloca em contato; me coloca em contato; poe nos em contacto; ponha nos em contacto; ponha me em contacto; poe me em contacto; por em contacto; colocar em contato; colocar em contacto; pode por; passa meu contato; passe meu contato; passa o meu contacto; passe o meu contacto; passa meu email; passe meu email; passa o meu email; da o meu contacto; pode me escrever; pode escrever me; pode entrar em contato; fica a vontade; fique a vontade; conecta nos; nos conecte; nos conecta; conhece lo; conhece la",
    ),
    (
        Always,
        "sempre; sempre sim; pode sempre; podes sempre; sempre que quiser; sempre que quiseres; quando quiser; quando quiseres; nem precisa perguntar; nem precisas perguntar; nao precisa perguntar; nao precisas perguntar; nao precisas de perguntar; nao precisa de perguntar; nao precisa me perguntar; nao precisa nem perguntar; nao e preciso perguntar; nao tens de perguntar; nem pergunte; sem perguntar; sem me perguntar; sem pedir; sem consultar; quem quiser; quem quiseres; com quem quiser; a quem quiser; carta branca; para todas as apresentacoes",
    ),
    (
        Never,
        "nunca; nunca mais; jamais; nao me escreva mais; nao me escrevas mais; nao me pergunte mais; nao me perguntes mais; nao pergunte mais; nao me contate; nao me contate mais; nao me contacte; nao me contacte mais; nao me contactem; nao me mande; nao me mande mais; nao me envie; nao me envies; nao quero receber; nao quero mais; nao mais; nao desejo receber; pare; pare de; para de; parem; chega; basta; me tire; me tira; tire me; tira me; me remova; remova me; me deixe em paz; me deixa em paz; deixe me em paz; deixa me em paz; descadastrar; cancelar inscricao; stop; nao volte a; nao voltes a; da lista; nao me incomode; nao me incomodes",
    ),
    (
        Later,
        "depois; mais para frente; mais pra frente; mais adiante; agora nao; nao agora; ainda nao; por enquanto; por agora; de momento; no momento; neste momento; nesse momento; atualmente; esta semana; este mes; este ano; essa semana; esse mes; semana que vem; mes que vem; ano que vem; proxima semana; proximo mes; proximo ano; para a semana; para o mes; antes; ate; a partir; so no; so na; so em; so depois; segundo semestre; primeiro semestre; semestre; trimestre; primavera; verao; outono; inverno; janeiro; fevereiro; marco; abril; maio; junho; julho; agosto; setembro; outubro; novembro; dezembro; pascoa; natal; ferias; carnaval; licenca; daqui a; em dois; em duas; em tres; semanas; meses; segunda feira; terca feira; quarta feira; quinta feira; sexta feira; sabado; domingo; amanha; outra hora; outro momento; outra altura; mau momento; muito ocupado; muito ocupada; ocupado demais; corrido; correria; quando voltar; quando eu voltar; assim que; hoje nao",
    ),
    (
        Again,
        "mais tarde; mais para frente; mais pra frente; mais adiante; me lembra; me lembre; lembra me; lembre me; pergunta de novo; pergunte de novo; me pergunta de novo; me pergunte de novo; pergunta me de novo; me pergunta em; me pergunte em; me pergunte depois; me pergunta depois; pergunte novamente; volta a perguntar; volte a perguntar; fala comigo em; fale comigo em; falamos em; falamos depois; me procure em; me procura em; me escreve em; me escreva em; retomamos; voltamos a falar",
    ),
    (
        Cond,
        "se; caso; so; somente; apenas; desde que; contanto; com a condicao; condicao; condicoes; a menos que; exceto; salvo; a nao ser; sem dar; nao de; nao passe meu; nao passe o meu; nao passes; nao mencione; nao menciones; nao compartilhe; tem que ser; tem de ser; deve; precisa ser; no maximo; breve; curto; curta; rapida; so por; por e mail apenas; de preferencia; prefiro por; confidencial; sigilo; depende; primeiro; gratis; deixe de fora; enquanto; sem telefone; sem ligacoes; unicamente",
    ),
    (
        Ask,
        "quem; o que; que tipo; qual; quais; como; por que motivo; porque motivo; para que; onde; quanto; do que; de que; sobre o que; mais detalhes; mais informacoes; mais informacao; mais info; mais sobre; mais contexto; detalhes; informacoes; contexto; saber mais; gostaria de saber; queria saber; preciso saber; me conta mais; conta me mais; conte mais; me fala mais; fale mais; explicar; explica; explique; esclarecer; perfil; site; curriculo; nao entendi; nao percebi; nao compreendi; se trata",
    ),
    (
        Hand,
        "meu assistente; minha assistente; o meu assistente; a minha assistente; minha secretaria; meu colega; minha colega; meu socio; minha socia; meu marido; minha mulher; minha esposa; meu esposo; meu chefe; minha chefe; minha equipe; minha equipa; meu escritorio; nosso escritorio; assessoria; assessoria de imprensa; meu agente; meu advogado; meu sucessor; fala com; fale com; falem com; melhor falar; pergunta a; pergunte a; pergunte ao; pergunta ao; pergunte para; pergunta para; contate; contacte o; contacte a; contacta o; contacta a; escreva para; escreve para; escreva ao; escreve ao; dirija se; dirige te; procure o; procure a; procura o; cuida disso; cuida; trata disso; decide; decide isso; responsavel; encarregado; encarregada; no meu lugar; em vez de mim; ao inves de mim; pessoa certa; pessoa indicada; pessoa errada; outra pessoa; nao sou a pessoa; encaminhei; encaminho; reencaminhei; vou encaminhar; em nome de; da parte de; nao e minha area; nao e a minha area; quem decide",
    ),
    (
        No,
        "nao; nop; nao obrigado; nao obrigada; acho melhor nao; melhor nao; prefiro nao; preferia nao; preferiria nao; prefiro que nao; preferia que nao; prefiro ficar de fora; nao quero; nao gostaria; nao desejo; nao tenho interesse; nao me interessa; nao estou interessado; nao estou interessada; sem interesse; nenhum interesse; claro que nao; com certeza nao; certamente nao; de jeito nenhum; de maneira nenhuma; de modo algum; nem pensar; de forma alguma; desta vez nao; dessa vez nao; nao desta vez; passo; eu passo; declino; recuso; vou recusar; tenho que recusar; tenho de recusar; tenho que dizer nao; infelizmente nao; nao posso; nao vou poder; nao da; nao e para mim; nao me sinto confortavel; nao tenho tempo; sem tempo; impossivel; nao e possivel; nao convem; me deixe fora; me deixa fora; deixe me fora; deixa me de fora; me deixe de fora; dispenso; minha resposta e nao; a resposta e nao; nao faca; nao faca isso; nao apresente; negativo",
    ),
    (
        Not,
        "nem; nada; nenhum; nenhuma; ninguem; sem; tampouco; infelizmente; lamento; desculpa; desculpe; vergonha; farto; farta; absurdo; mal",
    ),
    (
        Hedge,
        "nao se preocupe; nao te preocupes; entendido; entendi; sua mensagem; tua mensagem; seu email; teu email; talvez; quem sabe; pode ser; pode ser que; possivelmente; provavelmente; acho que sim; acho; acho que; penso que sim; suponho; creio; creio que sim; sei la; nao sei; nao tenho certeza; nao tenho a certeza; vou pensar; deixa eu pensar; deixe me pensar; pensar; pensar nisso; vou ver; vamos ver; veremos; duvida; duvidas; tanto faz; tanto me faz; voce decide; como quiser; como quiseres; se quiser; se quiseres; se voce insiste; sim e nao; sim nao; sim ou nao; espera; espere; brincadeira; estou brincando; ironia; kkk; kkkk; rsrs; hm; hmm; poderia; recebido; anotado; na verdade; em principio; em teoria; hesito; indeciso; indecisa; pois",
    ),
    (
        Known,
        "ja conheco; ja a conheco; ja o conheco; ja nos conhecemos; nos conhecemos; conheco o; conheco a; ja estamos em contato; ja estamos em contacto; ja falamos; ja falei com; nao e necessario; nao precisa; nao ha necessidade; estamos em contato",
    ),
    (
        But,
        "mas; porem; contudo; todavia; no entanto; entretanto; embora; apesar; so que; exceto",
    ),
    (
        Rhetorical,
        "obrigado pela mensagem; obrigada pela mensagem; obrigado pela tua mensagem; obrigado pela sua mensagem; obrigada pela tua mensagem; obrigada pela sua mensagem; tudo bem com voce; tudo bem contigo; como vai; como esta; como estas; como vao as coisas; tudo bom; que boa ideia; que otima ideia; que bom; que legal; que maximo; que gentil; que alegria; que fixe; que ideia boa; espero que esteja bem; espero que estejas bem; sem hesitar; sem compromisso; quando puder; quando puderes; assim que puder; assim que puderes; ate logo; ate breve; ate mais; so alegria; so tenho a agradecer; por perguntar; por perguntares; por ter perguntado; por perguntar antes; por perguntar primeiro; mais do que; nao so",
    ),
    (
        Soft,
        "obrigado; obrigada; muito; muita; muitos; por; favor; porfavor; pf; oi; ola; bom; boa; dia; tarde; noite; caro; cara; prezado; prezada; querido; querida; eu; me; mim; meu; minha; comigo; tu; te; ti; teu; tua; voce; voces; vc; seu; sua; ele; ela; eles; elas; lhe; lo; la; o; a; os; as; um; uma; uns; umas; do; da; dos; das; de; no; na; nos; em; com; para; pra; e; ou; que; isso; isto; este; esta; esse; essa; sou; es; sao; ser; seria; sera; estou; estar; estaria; ha; tem; tenho; ter; bem; otimo; otima; excelente; perfeito; perfeita; maravilha; maravilhoso; fantastico; legal; bacana; fixe; genial; ideal; show de bola; interessante; interesse; prazer; alegria; feliz; contente; grato; grata; agradeco; gosto; gostei; adorei; apresentar; apresentacao; apresentacoes; apresente; contato; contatos; contacto; conectar; conexao; conhecer; conhece; conversar; falar; falarmos; conversa; escrever; escreva; mail; email; mensagem; endereco; dados; numero; telefone; perguntar; pergunta; perguntado; perguntou; ideia; cuidado; gentileza; interessa; alguem; pessoa; pessoas; gente; amigo; amiga; colega; novo; nova; novos; logo; ja; agora; hoje; tambem; alem; disso; ouvir; saber de; trabalho; tema; ajudar; ajuda; util; colocar; por em; fazer; faz; dar; passar; passa; compartilhar; abraco; abracos; beijos; dois; ambos; ah; oh; entao; mais; vez; muito tempo; tempo; senhor; senhora; dr; tanto; primeiro perguntar; lembrar de mim; pensar em mim; vontade; mil; tao",
    ),
];
