use super::Cue::{
    self, Again, Always, Ask, But, Cond, Go, Hand, Hedge, Known, Later, Never, No, Not, Rhetorical,
    Soft, Yes,
};

pub(super) const ROWS: &[(Cue, &str)] = &[
    (
        Yes,
        "sí; pues sí; pues claro; pero claro; sip; sii; siii; sí sí; sí claro; claro; claro que sí; claro que si; por supuesto; desde luego; como no; vale; dale; ok; okay; okey; oki; bueno sí; de acuerdo; estoy de acuerdo; conforme; perfecto sí; venga; venga vale; por mi bien; por mi sí; por mi perfecto; por mi parte sí; por mi encantado; por mi encantada; me parece bien; me parece muy bien; me parece perfecto; me parece genial; me parece estupendo; me parece buena idea; me parece una buena idea; me parece una gran idea; parece bien; suena bien; suena genial; suena estupendo; con gusto; con mucho gusto; con placer; con ganas; encantado; encantada; encantado de; encantada de; estaria encantado; estaria encantada; estare encantado; estare encantada; me encantaria; me encanta la idea; me encanta; me gustaria; me gustaria mucho; me alegraria; me interesa; me interesa mucho; estoy interesado; estoy interesada; no hay problema; no hay ningun problema; ningun problema; sin problema; sin problemas; sin ningun problema; no tengo problema; no tengo ningun problema; no tengo inconveniente; no tengo ningun inconveniente; ningun inconveniente; sin inconveniente; no veo inconveniente; no veo ningun inconveniente; no tengo objecion; ninguna objecion; sin objecion; no me importa; no me importa nada; no me molesta; no me opongo; no pasa nada; por que no; y por que no; porque no; como negarme; cuenta conmigo; cuente conmigo; acepto; lo acepto; autorizado; autorizo; te autorizo; lo autorizo; tienes mi permiso; tiene mi permiso; tienes mi ok; mi respuesta es sí; la respuesta es sí; digo que sí; es un sí; buena idea; muy buena idea; gran idea; excelente idea; que buena idea; seria genial; seria estupendo; seria un placer; seria perfecto; seria fantastico; estaria bien; estaria genial; sera un placer; un placer; tengo ganas; no puedo esperar; me apunto; afirmativo; totalmente; absolutamente; seguro; seguro que sí; ciertamente; obvio; obvio que sí; faltaria mas; esta bien; esta bien para mi; esta perfecto; todo bien",
    ),
    (
        Go,
        "adelante; sigue adelante; siga adelante; hazlo; hagalo; hazlo por favor; hagalo por favor; presentanos; presentenos; presentame; presenteme; presentamelo; presentamela; presentemelo; presentemela; ponnos en contacto; ponganos en contacto; ponme en contacto; pongame en contacto; poner en contacto; ponernos en contacto; ponerme en contacto; conectanos; conectenos; conectame; haz la presentacion; haga la presentacion; dale mi correo; dale mi contacto; dale mis datos; dale mi direccion; dele mi correo; dele mis datos; pasale mi correo; pasale mi contacto; pasale mis datos; pasale mi numero; pasele mis datos; pasele mi correo; puedes; puede; puedes hacerlo; puede hacerlo; puedes presentarnos; puede presentarnos; puedes presentarme; que me escriba; que me llame; que me contacte; procede; proceda; tira; mandalo; mandale; conocerlo; conocerla; conocerle; presentarnos; presentarme",
    ),
    (
        Always,
        "siempre; siempre sí; siempre que quieras; siempre que quiera; cuando quieras; cuando quiera; cuando gustes; no tienes que preguntarme; no tienes que preguntar; no tiene que preguntarme; no tiene que preguntar; no hace falta que preguntes; no hace falta que me preguntes; no hace falta preguntar; no hace falta que pregunte; no hace falta que me pregunte; no hace falta que me consultes; no necesitas preguntar; no necesitas preguntarme; no necesita preguntar; no es necesario preguntar; no es necesario que preguntes; no es necesario que me preguntes; no es necesario que pregunte; sin preguntar; sin preguntarme; sin consultar; sin consultarme; a quien quieras; con quien quieras; a quien quiera; con quien quiera; carta blanca; para todas las presentaciones; ni preguntes; no preguntes mas y",
    ),
    (
        Never,
        "nunca; nunca mas; jamas; no me escribas mas; no me escriba mas; no me escriban mas; no me vuelvas; no me vuelva; no vuelvas; no vuelva; no me preguntes mas; no me pregunte mas; no me preguntes; no preguntes mas; no me contactes; no me contacte; no me contacten; no quiero recibir; no deseo recibir; no quiero mas; no mas; basta; basta ya; para ya; deja de; deje de; dejen de; dejame en paz; dejeme en paz; dejenme en paz; quitame; quiteme; borrame; borreme; eliminame; elimineme; dame de baja; deme de baja; darme de baja; de baja; cancelar suscripcion; stop; no me molestes; no me moleste; no me mandes; no me mande; no me envies; no me envie; no me envien; no volver a",
    ),
    (
        Later,
        "luego; despues; ahora no; ahora mismo no; no ahora; todavia no; aun no; por ahora; por el momento; de momento; en este momento; actualmente; esta semana; este mes; este ano; la semana que viene; semana que viene; la proxima semana; proxima semana; el mes que viene; mes que viene; el proximo mes; proximo mes; proximo ano; el ano que viene; ano que viene; hasta; antes; a partir; tras; primavera; verano; otono; invierno; enero; febrero; marzo; abril; mayo; junio; julio; agosto; septiembre; octubre; noviembre; diciembre; semana santa; navidad; navidades; vacaciones; de baja por; trimestre; semestre; dentro de; en dos; en tres; en unas semanas; en unos meses; semanas; meses; lunes; martes; miercoles; jueves; viernes; sabado; domingo; manana; otro momento; otra ocasion; mal momento; muy ocupado; muy ocupada; demasiado ocupado; liado; liada; cuando vuelva; cuando regrese; cuando termine; en cuanto; hoy no",
    ),
    (
        Again,
        "mas tarde; mas adelante; recuerdamelo; recuerdame; recuerdemelo; recuerdeme; pregunta de nuevo; preguntame de nuevo; preguntame otra vez; preguntame mas; preguntame en; preguntame luego; preguntame despues; preguntame entonces; pregunteme en; pregunteme mas; pregunteme despues; vuelve a preguntarme; vuelva a preguntarme; vuelve a preguntar; vuelva a preguntar; vuelve a escribirme; vuelva a escribirme; escribeme en; escribeme despues; escribeme entonces; escribame en; avisame en; avisame despues; hablamos en; hablamos despues; lo hablamos; lo vemos en; lo retomamos; retomamos",
    ),
    (
        Cond,
        "si; solo; solamente; unicamente; siempre y cuando; siempre que sea; con tal; a condicion; condicion; condiciones; mientras; a menos; salvo; excepto; a no ser; en caso; sin dar; no des; no le des; no digas; no menciones; no mencione; no compartas; no comparta; no de mi; tiene que ser; debe; debera; hay que; maximo; como mucho; breve; corta; corto; por correo solo; nada de llamadas; sin llamadas; mejor por; preferiblemente; confidencial; confidencialidad; depende; primero; antes de; gratis; deja fuera; deje fuera; menos mi; con una condicion",
    ),
    (
        Ask,
        "quien; quienes; que es; que hace; que quiere; que necesita; que tal persona; de que; para que; a que; cual; cuales; como es; por que; donde; cuanto; mas detalles; mas informacion; mas info; mas datos; mas sobre; mas contexto; detalles; informacion; contexto; saber mas; cuentame mas; cuenteme mas; dime mas; digame mas; dar mas; das mas; me das; me puedes decir; me puede decir; explicar; explicame; expliqueme; aclarar; perfil; web; pagina web; curriculum; no entiendo; no entendi; no he entendido; me gustaria saber; quisiera saber; necesito saber; se trata",
    ),
    (
        Hand,
        "mi asistente; mi secretaria; mi secretario; mi colega; mi companero; mi companera; mi socio; mi socia; mi marido; mi mujer; mi esposa; mi esposo; mi jefe; mi jefa; mi equipo; mi oficina; nuestra oficina; gabinete de prensa; oficina de prensa; departamento; mi representante; mi agente; mi abogado; mi sucesor; mi sucesora; habla con; hable con; hablen con; habla mejor; hable mejor; pregunta a; preguntale a; preguntale; preguntele; pregunte a; consulta con; consulte con; contacta con; contacte con; contacta a; contacte a; escribe a; escribele; escriba a; escribale; dirigete; dirijase; se encarga; se ocupa; encargado; encargada; lo lleva; lo decide; decide; responsable; en mi lugar; en vez de mi; en lugar de mi; mejor que yo; persona adecuada; persona indicada; persona correcta; no soy la persona; otra persona; alguien mas; reenviado; reenvio; lo reenvio; he reenviado; en nombre de; de parte de; no es mi area; no es mi campo; no me corresponde; mejor candidato",
    ),
    (
        No,
        "no; nop; nope; no gracias; no por favor; mejor no; pues no; va a ser que no; preferiria no; prefiero no; preferiria que no; prefiero que no; preferiria quedarme fuera; prefiero quedarme fuera; no me interesa; no me interesan; no estoy interesado; no estoy interesada; no interesado; sin interes; ningun interes; claro que no; por supuesto que no; desde luego que no; ni hablar; de ninguna manera; de ningun modo; en absoluto; para nada; que va; esta vez no; no esta vez; paso; yo paso; paso de; declino; rechazo; rehuso; debo declinar; tengo que decir que no; me temo que no; lamentablemente no; por desgracia no; no puedo; no podre; no quiero; no deseo; no me apetece; no me gustaria; no me siento comodo; no me siento comoda; no es para mi; no tengo tiempo; sin tiempo; imposible; no es posible; no me conviene; no conviene; dejame fuera; dejeme fuera; no lo hagas; no lo haga; no nos presentes; no me presentes; mi respuesta es no; la respuesta es no; digo que no; es un no; negativo; me niego; n",
    ),
    (
        Not,
        "ni; nada; ningun; ninguna; ninguno; nadie; sin; tampoco; lamentablemente; desgraciadamente; lo siento; siento; perdon; disculpa; lamento; verguenza; harto; harta; molesto; mal",
    ),
    (
        Hedge,
        "no te preocupes; no se preocupe; entendido; enterado; enterada; tu mensaje; su mensaje; tu correo; su correo; quizas; quiza; tal vez; talvez; a lo mejor; puede ser; puede que; posiblemente; probablemente; supongo; supongo que sí; creo; creo que sí; creo que si; me lo pienso; lo pienso; lo pensare; pensarlo; dejame pensar; dejame pensarlo; no se; no lo se; no estoy seguro; no estoy segura; dudo; dudas; tengo dudas; hm; hmm; ya veremos; ya vere; veremos; a ver; me da igual; da igual; lo que sea; lo que quieras; como quieras; si quieres; si insistes; ni sí ni no; sí y no; sí no; sí o no; no obstante; espera; espere; broma; es broma; ironia; jaja; jajaja; recibido; anotado; en realidad; consultarlo con la almohada; podria; en principio; en teoria",
    ),
    (
        Known,
        "ya conozco; ya la conozco; ya lo conozco; ya le conozco; lo conozco; la conozco; ya nos conocemos; nos conocemos; ya estamos en contacto; ya hablamos; ya hemos hablado; ya nos hemos; no hace falta; no es necesario; no hay necesidad; estamos en contacto",
    ),
    (
        But,
        "pero; aunque; sin embargo; no obstante; sino; mas bien; eso sí; ahora bien; excepto; salvo",
    ),
    (
        Rhetorical,
        "gracias por tu mensaje; gracias por su mensaje; gracias por tu correo; gracias por su correo; que tal; como estas; como esta; como va todo; como te va; que buena idea; que gran idea; que buena iniciativa; que ilusion; que bien; que amable; que detalle; que alegria; que bueno; que gusto; espero que estes bien; espero que todo vaya bien; sin duda; sin dudarlo; no lo dudes; sin compromiso; cuando puedas; cuando pueda; en cuanto puedas; si quieres podemos; hasta luego; hasta pronto; nos vemos; mas que; mas que encantado; mas que encantada; no solo; por preguntar; por preguntarme; por preguntar antes; por preguntar primero; gracias de antemano; muchas gracias; tiene muy buena; que tengas",
    ),
    (
        Soft,
        "gracias; mil; por; favor; porfa; porfavor; hola; buenas; buenos; dias; tardes; querido; querida; estimado; estimada; yo; me; mi; mis; conmigo; tu; te; ti; tus; usted; su; sus; el; ella; lo; la; los; las; le; les; nos; nuestro; un; una; unos; unas; al; del; de; en; con; para; a; y; e; o; que; es; esta; este; esto; eso; ese; esa; soy; eres; son; seria; sera; estoy; estaria; he; ha; has; hay; tener; tengo; tienes; muy; mucho; mucha; muchas; muchos; tan; todo; todos; toda; bien; bueno; buena; buen; genial; estupendo; estupenda; perfecto; excelente; fantastico; maravilloso; maravillosa; fenomenal; ideal; interesante; interes; encanta; gusta; gustaria; gusto; placer; alegria; alegra; feliz; contento; contenta; agradecido; agradecida; agradezco; presentar; presentacion; presentaciones; presentes; presente; contacto; conectar; conexion; conocer; conocernos; conocerse; hablar; hablemos; charlar; conversar; escribir; escribirme; correo; email; e; mail; mensaje; direccion; datos; numero; telefono; preguntar; pregunta; preguntarme; idea; detalle; interesa; alguien; persona; gente; amigo; amiga; colega; nuevo; nueva; nuevos; pronto; ya; ahora; hoy; tambien; ademas; encantados; ganas; oir; saber de; trabajo; tema; ayudar; ayuda; util; poner; ponernos; hacer; hacerlo; hazme; da; pasa; pasar; dar; compartir; saludos; un saludo; abrazo; abrazos; gracias a ti; dos; ambos; ah; oh; ay; pues; bueno; entonces; mas; otra; vez; desde; hace; tiempo; senor; senora; don; dona; claro; tanto; pensar en mi; acordarte de mi",
    ),
];
