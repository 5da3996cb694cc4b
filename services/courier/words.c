#include "services/courier/words.h"

#define STATUS(what, how, list) { .role = ROLE_VERB, .verb = VERB_##what, .flags = (how), .phrases = (list) }
#define ORDER(what, how, list) { .role = ROLE_VERB, .verb = VERB_##what, .flags = WORD_##how, .phrases = (list) }
#define REASON(what, how, list) { .role = ROLE_REASON, .code = (what), .flags = (how), .phrases = (list) }
#define WORDS(what, list) { .role = ROLE_##what, .phrases = (list) }
#define DAYS(n, list) { .role = ROLE_UNIT, .number = (n), .phrases = (list) }
#define COUNT(n, list) { .role = ROLE_COUNT, .number = (n), .phrases = (list) }
#define LANGUAGE(is, list) { .role = ROLE_LANGUAGE, .code = (is), .phrases = (list) }
#define CADENCE(is, list) { .role = ROLE_CADENCE, .code = (is), .phrases = (list) }
#define KIND(is, list) { .role = ROLE_KIND, .code = (is), .phrases = (list) }
#define WEEKDAY(n, one, each) { .role = ROLE_WEEKDAY, .number = (n), .phrases = (one) }, \
	{ .role = ROLE_WEEKDAY, .number = (n), .code = "each", .phrases = (each) }
#define MONTH(n, list) { .role = ROLE_MONTH, .number = (n), .phrases = (list) }
#define HOUR(what, n, list) { .role = ROLE_##what, .number = (n), .phrases = (list) }

/* By meaning, then French, Dutch, English. */
const struct words words[] = {
	STATUS(INTERESTED, 0, "interesse|interessee|interesses|interessees|interessant|interessante|inspirant|inspirante|inspire|"
	    "nous inspire|cela nous inspire|ca nous inspire|ceci nous inspire|cela nous interesse|ca nous interesse|"
	    "nous interesse|tres interessant|tres inspirant|bonne idee|tres bonne idee|excellente idee"),
	STATUS(INTERESTED, 0, "geinteresseerd|interessant|inspirerend|inspireert|inspireert ons|dit inspireert ons|"
	    "dat inspireert ons|interesseert ons|heel interessant|zeer interessant|heel inspirerend|goed idee|heel goed idee|"
	    "uitstekend idee"),
	STATUS(INTERESTED, 0, "interested|interesting|inspired|inspiring|inspires us|this inspires us|it inspires us|"
	    "interests us|very interesting|good idea|great idea|excellent idea"),

	STATUS(PLANNED, 0, "prevu|prevue|prevus|prevues|planifie|planifiee|planifies|planifiees|programme|programmee|en projet|"
	    "a venir|en preparation|on va appliquer|nous allons appliquer|on va l appliquer|nous allons l appliquer|"
	    "on va le faire|nous allons le faire|nous l appliquerons|on l appliquera|nous l essayerons|on va essayer|"
	    "on va l essayer|nous allons essayer|nous allons l essayer|nous voulons l essayer|nous voulons l appliquer|"
	    "on veut l essayer|nous prevoyons|on prevoit|nous planifions|a appliquer|a adapter|a essayer|a tester|a faire"),
	STATUS(PLANNED, 0, "gepland|ingepland|staat gepland|in planning|in voorbereiding|we gaan het doen|we gaan het toepassen|"
	    "we gaan dit toepassen|we gaan toepassen|we zullen het toepassen|staat op de planning|we gaan het proberen|"
	    "we gaan dit proberen|we willen het proberen|we willen dit proberen|we plannen het|we plannen dit|toe te passen"),
	STATUS(PLANNED, 0, "planned|scheduled|in preparation|we will apply|we will do it|we will apply it|we ll apply it|"
	    "we are going to|we will try|we will try it|we ll try it|we want to try|we want to try it|we plan to|to be applied"),

	STATUS(TRYING, 0, "en experimentation|experimentation|nous experimentons|on experimente|en cours d experimentation|"
	    "en test|en cours|en cours de test|en cours d essai|a l essai|en essai|en phase de test|en phase pilote|"
	    "test en cours|essai en cours|nous testons|on teste|nous essayons|on essaie|on essaye|teste|testee|testes|testees|"
	    "essaye|essayee|projet pilote|pilote|en pilote|en train de tester|en train d essayer|en train d experimenter|"
	    "en train d appliquer|en train de l appliquer|en train de le tester|en train de l essayer|en train d adapter|"
	    "en train de l adapter|on y travaille|nous y travaillons|commence|nous avons commence|lance|demarre"),
	STATUS(TRYING, WORD_ALONE, "test|essai|experimenter|tester|essayer"),
	STATUS(TRYING, 0, "we experimenteren|experimenteren|we zijn aan het experimenteren|aan het experimenteren|in experiment|"
	    "aan het testen|we testen|getest|in testfase|testfase|in proef|op proef|we proberen|aan het proberen|geprobeerd|"
	    "uitgeprobeerd|proefproject|pilootproject|in uitvoering|lopend|lopende|mee bezig|ermee bezig|we zijn ermee bezig|"
	    "we zijn bezig|gestart|opgestart|begonnen|hiermee gestart|ermee gestart|hiermee begonnen|ermee begonnen|"
	    "we werken eraan|we werken hieraan"),
	STATUS(TRYING, WORD_ALONE, "testen|proberen|uitproberen|bezig"),
	STATUS(TRYING, 0, "trying|trying it|trying out|trying it out|we try|we are trying|testing|we are testing|experimenting|"
	    "we are experimenting|tried|tested|piloting|in progress|under way|underway|ongoing|in pilot|pilot project|started|"
	    "working on it|we are working on it|we re working on it"),
	STATUS(TRYING, WORD_ALONE, "try|trial|pilot"),

	STATUS(APPLIED, 0, "applique|appliquee|appliques|appliquees|bien applique|mis en oeuvre|mise en oeuvre|mis en place|"
	    "mise en place|mis en pratique|mise en pratique|en application|adopte|adoptee|en place|nous appliquons|"
	    "nous l appliquons|on l applique|nous le faisons|nous le faisons deja|on le fait|on le fait deja"),
	STATUS(APPLIED, WORD_ALONE, "fait|c est fait|realise|realisee|realises|execute"),
	STATUS(APPLIED, 0, "toegepast|we passen het toe|we passen dit toe|wij passen het toe|wij passen dit toe|"
	    "we passen het al toe|we passen dit al toe|we doen dit|we doen dit al|we doen dat al|we doen het al|dat doen we al|"
	    "dit doen we al|ingevoerd|in praktijk gebracht|in de praktijk gebracht|geimplementeerd|overgenomen"),
	STATUS(APPLIED, WORD_ALONE, "gedaan|gerealiseerd|uitgevoerd"),
	STATUS(APPLIED, 0, "applied|we apply it|we apply this|we do this|we do this already|we already do this|we do it already|"
	    "we already do it|implemented|put in place|put into practice|in place|adopted"),
	STATUS(APPLIED, WORD_ALONE, "done|realised|realized"),

	STATUS(ADAPTED, 0, "adapte|adaptee|adaptes|adaptees|adapte a la realite locale|adaptee a la realite locale|"
	    "applique et adapte|adapte et applique|applique avec adaptation|applique avec adaptations|"
	    "applique avec des adaptations|applique en l adaptant|applique en adaptant|modifie|modifiee|nous adaptons|"
	    "nous l adaptons|on l adapte"),
	STATUS(ADAPTED, 0, "aangepast|aangepast aan de lokale realiteit|aangepast toegepast|toegepast en aangepast|"
	    "toegepast met aanpassing|toegepast met aanpassingen|gewijzigd"),
	STATUS(ADAPTED, 0, "adapted|adapted to local reality|adapted to the local reality|applied and adapted|"
	    "adapted and applied|applied with changes|applied with adaptations|adjusted|modified"),

	STATUS(INTERRUPTED, 0, "interrompu|interrompue|interrompus|interrompues|interrompu pour l instant|"
	    "interrompu pour le moment|bloque|bloquee|bloques|bloquees|suspendu|suspendue|suspendus|arrete|arretee|a l arret|"
	    "en pause|mis en pause|mise en pause|mis en attente|en attente|abandonne|abandonnee|au point mort"),
	STATUS(INTERRUPTED, 0, "onderbroken|voorlopig onderbroken|geblokkeerd|gestopt|stopgezet|stilgelegd|ligt stil|opgeschort|"
	    "gepauzeerd|in de wacht|stopgezet voorlopig|voorlopig stopgezet|geschorst"),
	STATUS(INTERRUPTED, 0, "interrupted|interrupted for now|blocked|suspended|stopped|paused|on hold|halted|stalled|put on hold|abandoned"),

	STATUS(NOT_FOR_US, 0, "pas pour nous|ce n est pas pour nous|n est pas pour nous|pas pour notre commune|"
	    "pas pour la commune|pas applicable|pas applicable chez nous|non applicable|pas pertinent|non pertinent|"
	    "ne nous concerne pas|cela ne nous concerne pas|pas interesse|pas interesses|pas interessee|sans objet|"
	    "ne s applique pas|ne s applique pas chez nous"),
	STATUS(NOT_FOR_US, 0, "niet voor ons|is niet voor ons|niet voor onze gemeente|niet voor de gemeente|niet van toepassing|"
	    "n v t|nvt|niet relevant|geen interesse|niet geinteresseerd|niets voor ons|niks voor ons|ons niet van toepassing"),
	STATUS(NOT_FOR_US, 0, "not for us|is not for us|isn t for us|not for our municipality|not applicable|not relevant|"
	    "not interested|doesn t apply|does not apply|no interest"),

	/* Near to a word above, or with one in it, and another thing. */
	STATUS(NONE, 0, "appliquer|adapter|adopter|interrompre|bloquer|inspirer|suspendre|commencer|lancer|demarrer|applicable|"
	    "adaptation|application|toepassen|toepassing|aanpassen|aanpassing|teksten|tekst|apply|adapt|adopt|applies|plannen|"
	    "planner|pilotes|tests|questionnaire"),

	ORDER(QUESTION, ALONE, "question|questions|une question|petite question|une petite question|j ai une question|"
	    "nous avons une question|on a une question|q"),
	ORDER(QUESTION, ALONE, "vraag|vragen|een vraag|vraagje|een vraagje|ik heb een vraag|we hebben een vraag|wij hebben een vraag"),
	ORDER(QUESTION, ALONE, "a question|one question|i have a question|we have a question"),

	ORDER(STOP, ALONE, "stop|arret|arreter|arretez|arretez tout|desabonner|se desabonner|me desabonner|nous desabonner|"
	    "desabonnez|desabonnement|desinscrire|me desinscrire|nous desinscrire|desinscrivez|desinscription|resilier|"
	    "plus de mails|plus de mail|plus d emails|plus de courriels|ne plus recevoir|je ne veux plus recevoir|"
	    "nous ne voulons plus recevoir|arretez de m envoyer|arretez de nous envoyer|arretez d envoyer|arreter d envoyer|"
	    "je me desabonne|me desabonne|nous nous desabonnons|retirez moi|retirez nous|enlevez moi"),
	ORDER(STOP, ALONE, "uitschrijven|schrijf uit|schrijf me uit|schrijf mij uit|schrijf ons uit|uit te schrijven|afmelden|"
	    "uitschrijving|stoppen|stop met mails|stop met mailen|stop met sturen|stop met mails sturen|stop met mails te sturen|"
	    "geen mails meer|geen mail meer|geen berichten meer|opzeggen"),
	ORDER(STOP, ALONE, "unsubscribe|unsubscribe me|unsubscribe us|stop sending|stop mailing|opt out|"
	    "no more mails|no more mail|no more emails|remove me|sign off"),

	ORDER(PAUSE, ALONE, "pause|faire une pause|une pause|mettre en pause|mettez en pause"),
	ORDER(PAUSE, ALONE, "pauze|pauzeren|pauzeer|even pauze|een pauze"),
	ORDER(PAUSE, ALONE, "pause mails|a pause|a break|snooze"),

	ORDER(RESUME, ALONE, "reprendre|reprise|reprenez|continuer|redemarrer|fin de la pause|fin de pause"),
	ORDER(RESUME, ALONE, "hervatten|hervat|herstarten|opnieuw beginnen|verder gaan|doorgaan|einde pauze|einde van de pauze"),
	ORDER(RESUME, ALONE, "resume|restart|start|continue|end pause|end the pause"),

	ORDER(SUBSCRIBE, ALONE, "abonner|s abonner|m abonner|nous abonner|abonnez moi|abonnez nous|abonnement|reabonner|me reabonner|"
	    "je m abonne|nous nous abonnons|inscrire|m inscrire|nous inscrire|inscrivez moi|inscrivez nous|inscription|reinscrire|me reinscrire|"
	    "recevoir les mails|recevoir vos mails|recevoir les nouvelles|suivre le groupe"),
	ORDER(SUBSCRIBE, ALONE, "abonneren|abonneer|abonneer me|abonneer mij|abonneer ons|inschrijven|schrijf in|schrijf me in|schrijf mij in|"
	    "schrijf ons in|opnieuw inschrijven|opnieuw abonneren|mails ontvangen|nieuws ontvangen|groep volgen"),
	ORDER(SUBSCRIBE, ALONE, "subscribe|subscribe me|subscribe us|resubscribe|sign up|sign me up|sign us up|opt in|get mails|"
	    "receive mails|receive news|follow the group"),

	ORDER(HELP, ALONE, "aide|aidez moi|aide svp|comment ca marche|besoin d aide|a l aide|commandes|mode d emploi"),
	ORDER(HELP, ALONE, "hulp|help mij|hulp nodig|handleiding"),
	ORDER(HELP, ALONE, "help|help me|commands"),

	ORDER(UNDO, ALONE, "annuler|annule|annulez|annulation|defaire|annuler ma reponse|annuler ma derniere reponse"),
	ORDER(UNDO, ALONE, "ongedaan|ongedaan maken|maak ongedaan|annuleren|annuleer|herroepen|mijn antwoord ongedaan maken|"
	    "maak mijn antwoord ongedaan"),
	ORDER(UNDO, ALONE, "undo|undo that|undo my answer|undo my last answer|cancel|revert"),

	{ .role = ROLE_VERB, .verb = VERB_LANG, .phrases = "langue|en langue|langue des mails|taal|taal van de mails|lang|"
	    "language|change language|changer de langue|taal wijzigen" },
	LANGUAGE("fr", "fr|francais|en francais|frans|in het frans|french|in french"),
	LANGUAGE("nl", "nl|neerlandais|en neerlandais|nederlands|in het nederlands|dutch|in dutch"),
	LANGUAGE("en", "en|anglais|en anglais|engels|in het engels|english|in english"),

	{ .role = ROLE_VERB, .verb = VERB_CADENCE, .phrases = "cadence|rythme|frequence|frequentie|ritme|frequency|rhythm|how often|hoe vaak" },
	{ .role = ROLE_CADENCE, .code = "at_once", .flags = WORD_NEAR, .phrases = "immediatement|tout de suite|immediat|"
	    "onmiddellijk|meteen|direct|at once|immediately|right away|straight away" },
	CADENCE("at_once", "a chaque nouvelle|a chaque nouveaute|chaque nouvelle|chaque nouveaute|des que possible|un mail par nouvelle|"
	    "bij elk nieuws|bij elk bericht|elk bericht apart|zodra er nieuws is|as it happens|as soon as possible|for each news"),
	CADENCE("daily", "quotidien|quotidienne|quotidiennement|journalier|une fois par jour|chaque jour|tous les jours|par jour|dagelijks|dagelijkse|elke dag|iedere dag|een keer per dag|per dag|daily|every day|each day|once a day"),
	CADENCE("weekly", "hebdomadaire|hebdomadairement|chaque semaine|toutes les semaines|une fois par semaine|par semaine|hebdo|wekelijks|wekelijkse|"
	    "elke week|iedere week|per week|een keer per week|weekly|every week|each week|once a week"),
	CADENCE("fortnightly", "quinzaine|chaque quinzaine|par quinzaine|une semaine sur deux|1 semaine sur 2|sur deux|"
	    "deux fois par mois|2 fois par mois|toutes les deux semaines|toutes les 2 semaines|tous les quinze jours|"
	    "tous les 15 jours|bimensuel|tweewekelijks|tweewekelijkse|om de twee weken|om de 2 weken|elke twee weken|twee keer per maand|2 keer per maand|om de andere|om de week|"
	    "elke 2 weken|veertiendaags|fortnightly|every fortnight|every two weeks|every 2 weeks|biweekly|"
	    "twice a month|every other week|every second week|every other|every second"),
	CADENCE("monthly", "mensuel|mensuelle|mensuellement|chaque mois|tous les mois|une fois par mois|par mois|maandelijks|maandelijkse|elke maand|iedere maand|"
	    "per maand|een keer per maand|monthly|every month|each month|once a month"),
	WEEKDAY(1, "lundi|maandag|monday", "lundis|maandagen|maandags|s maandags|mondays"),
	WEEKDAY(2, "mardi|dinsdag|tuesday", "mardis|dinsdagen|dinsdags|tuesdays"),
	WEEKDAY(3, "mercredi|woensdag|wednesday", "mercredis|woensdagen|woensdags|s woensdags|wednesdays"),
	WEEKDAY(4, "jeudi|donderdag|thursday", "jeudis|donderdagen|donderdags|thursdays"),
	WEEKDAY(5, "vendredi|vrijdag|friday", "vendredis|vrijdagen|vrijdags|fridays"),
	WEEKDAY(6, "samedi|zaterdag|saturday", "samedis|zaterdagen|zaterdags|saturdays"),
	WEEKDAY(7, "dimanche|zondag|sunday", "dimanches|zondagen|zondags|s zondags|sundays"),
	WORDS(EVERY, "chaque|tous les|toutes les|elke|iedere|ieder|every|each"),
	WORDS(ONLY, "seulement|uniquement|exclusivement|rien que|juste|que|alleen|alleen maar|enkel|enkel maar|uitsluitend|slechts|only|just"),
	KIND("lesson", "lecon|lecons|lecons apprises|lecon apprise|lessen|geleerde lessen|lesson|lessons"),
	KIND("question", "question|questions|questions d apprentissage|vraag|vragen|leervragen|learning questions"),
	KIND("report", "retours|retours des communes|reponses|reponses des communes|applications|rapports|antwoorden|toepassingen|reports|"
	    "answers|what municipalities tell|wat gemeenten vertellen|antwoorden van gemeenten"),
	KIND("digest", "digest|digests|point de la quinzaine|points de la quinzaine|tweewekelijks overzicht|tweewekelijkse overzichten|"
	    "overzicht|overzichten"),
	KIND("all", "tout recevoir|recevoir tout|toutes les nouvelles|tous les mails|tous les sujets|alles ontvangen|al het nieuws|alle mails|"
	    "alle nieuws|alle onderwerpen|everything|all news|all the news|all mails|receive everything|all topics"),
	HOUR(OCLOCK, 0, "h|heure|heures|hrs|u|uur|uren|o clock|am|a m"), HOUR(OCLOCK, 12, "pm|p m"),
	HOUR(DAYTIME, 8, "matin|le matin|du matin|s morgens|s ochtends|ochtend|morgen|in the morning|morning|mornings"),
	HOUR(DAYTIME, 12, "midi|a midi|s middags|middag|noon|at noon"),
	HOUR(DAYTIME, 14, "apres midi|l apres midi|namiddag|in de namiddag|in the afternoon|afternoon"),
	HOUR(DAYTIME, 18, "soir|le soir|du soir|s avonds|avond|in the evening|evening|evenings"),
	WORDS(AT, "a|au|vers|des|om|rond|op|vanaf|at|around|on|from"),
	WORDS(MAILS, "mail|mails|e mail|e mails|email|emails|courriel|courriels|nouvelle|nouvelles|message|messages|recevoir|recevez|envoyer|"
	    "envoyez|un mail|bericht|berichten|nieuws|ontvangen|krijgen|stuur|sturen|news|receive|get|send|par mail|per mail|by mail|sujet|sujets"),
	MONTH(1, "janvier|janv|januari|january|jan"), MONTH(2, "fevrier|fev|fevr|februari|february|feb"), MONTH(3, "mars|maart|march"),
	MONTH(4, "avril|avr|april|apr"), MONTH(5, "mai|mei|may"), MONTH(6, "juin|juni|june"), MONTH(7, "juillet|juil|juli|july"),
	MONTH(8, "aout|augustus|august|aug"), MONTH(9, "septembre|sept|september|sep"), MONTH(10, "octobre|oct|oktober|october|okt"),
	MONTH(11, "novembre|nov|november"), MONTH(12, "decembre|dec|december"),

	ORDER(THANKS, FINAL, "merci|un grand merci|grand merci|mille mercis|bien recu|recu|bien note|c est note|parfait|super|"
	    "genial|top|bravo|felicitations|chapeau|d accord|ok merci|ok|okay"),
	ORDER(THANKS, FINAL, "bedankt|dank|dank u|dank je|dank u wel|dank je wel|dankjewel|dankuwel|hartelijk dank|veel dank|"
	    "goed ontvangen|goed genoteerd|genoteerd|oke|in orde|prima|tof|proficiat|gefeliciteerd"),
	ORDER(THANKS, FINAL, "thanks|many thanks|thank you|thx|well received|noted|great|perfect|well done|congratulations"),

	REASON("political", 0, "politique|politiques|priorites|changement de priorites|priorites modifiees|autres priorites|"
	    "elections|majorite|politiek|prioriteiten|andere prioriteiten|gewijzigde prioriteiten|verkiezingen|political|"
	    "politics|priorities|changed priorities|other priorities"),
	REASON("budget", 0, "budget|budgets|budgetaire|budgetaires|finances|financier|financiere|financiers|financieres|"
	    "financement|argent|trop cher|geld|financieel|financiele|financiering|te duur|budgettair|money|funds|funding|"
	    "financial|too expensive"),
	REASON("budget", WORD_NEAR, "moyens|couts|cout|subside|subsides|middelen|kosten|kost|subsidie|subsidies|cost|costs"),
	REASON("staff", 0, "personnel|effectifs|ressources humaines|manque de bras|personeel|personeelstekort|mankracht|"
	    "onderbezet|staff|staffing|understaffed"),
	REASON("staff", WORD_NEAR, "agents|agent|equipe|bras|mensen|handen|people|team"),
	REASON("connectivity", 0, "connexion|connectivite|internet|internetverbinding|electricite|verbinding|connectiviteit|"
	    "elektriciteit|stroom|connectivity|connection|electricity"),
	REASON("connectivity", WORD_NEAR, "reseau|netwerk|network"),
	REASON("timing", 0, "calendrier|delais|mauvais moment|pas le temps|pas le moment|trop tot|trop tard|timing|tijdsgebrek|"
	    "geen tijd|te vroeg|te laat|no time|too early|too late|wrong moment"),
	REASON("timing", WORD_NEAR, "temps|moment|delai|agenda|tijd|planning|time"),
	REASON("no_need", 0, "pas besoin|pas de besoin|aucun besoin|existe deja|on a deja|nous avons deja|inutile|geen nood|"
	    "geen behoefte|niet nodig|bestaat al|hebben we al|we hebben al|overbodig|no need|not needed|already exists|"
	    "we already have"),
	REASON("no_need", WORD_NEAR, "besoin|besoins|nood|behoefte|need|needs"),
	REASON("other", WORD_NEAR, "autre|autres|autre raison|autres raisons|andere|andere reden|andere redenen|anders|other|"
	    "other reason|other reasons"),
	WORDS(BECAUSE, "faute|de|manque|par|plus|pas|assez|d|a|cause|du|des|en|raison|raisons|motif|car|le|la|les|l|pour|"
	    "question|probleme|problemes|notre|nos|un|suite|aux|au|wegens|door|geen|niet|genoeg|gebrek|aan|tekort|te|weinig|"
	    "omwille|van|het|een|reden|redenen|onze|problemen|probleem|due|to|because|of|lack|no|not|enough|for|the|reason|"
	    "reasons|our|problem|problems"),

	WORDS(LEAD, "c|c est|ce|cela|ca|ceci|est|a|ete|on|nous|avons|l|l a|l avons|ont|sommes|j|je|ai|deja|bien|oui|ici|chez|"
	    "notre|commune|pour|la|le|statut|reponse|voila|alors|donc|aussi|tout|entierement|partiellement|en partie|en effet|"
	    "actuellement|maintenant|cest|concernant|voici|we|wij|ik|hebben|heb|zijn|is|was|werd|wordt|het|dit|dat|deze|al|reeds|"
	    "ja|bij|ons|onze|gemeente|voor|over|antwoord|dus|ook|inderdaad|gedeeltelijk|deels|volledig|ondertussen|momenteel|nu|"
	    "i|have|has|been|were|are|it|s|ve|re|this|that|already|yes|our|us|municipality|for|status|answer|so|also|partly|"
	    "partially|fully|now|currently|ok|okay"),
	WORDS(PLEASE, "svp|s il vous plait|stp|merci de|me|veuillez|je veux|je voudrais|je souhaite|nous souhaitons|pouvez vous|"
	    "peux tu|aub|a u b|alstublieft|graag|gelieve|ons|mij|me|ik wil|ik zou graag|wij willen|we willen|kunt u|kan je|"
	    "please|pls|i want to|i would like to|we want to|we would like to|can you|could you"),
	WORDS(POLITE, "svp|s il vous plait|s v p|stp|d|avance|a|tous|toutes|et|vous|toi|votre|vos|tes|nous|me|moi|le|la|l|les|"
	    "des|de|du|ces|ce|cette|tout|beaucoup|bien|tres|un|grand|encore|pour|info|infos|information|informations|partage|"
	    "envoi|envois|mail|mails|email|emails|e|courriel|courriels|message|messages|abonnement|retour|travail|immediatement|"
	    "bonne|journee|liste|diffusion|svp|aub|a u b|alstublieft|dank|wel|voor|het|deze|dit|die|alle|u|uw|je|jullie|allen|"
	    "iedereen|veel|alvast|nogmaals|heel|erg|hartelijk|bericht|berichten|mailtje|delen|inschrijving|abonnement|"
	    "nieuwsbrief|ons|mij|en|graag|van|lijst|please|pls|so|very|much|for|the|this|that|these|sharing|update|updates|info|"
	    "all|everyone|you|your|again|in|advance|and|us|me|newsletter|now|from|list|any|more|anymore"),
	WORDS(POLITE, "merci|bedankt|thanks|thank you|dank u|dank je|thx"),
	WORDS(NEGATION, "pas|non|ne|n|jamais|aucun|aucune|rien|nulle part|niet|nog niet|nee|neen|nooit|geen|nergens|not|no|never|"
	    "nope|nothing|nowhere|none"),
	WORDS(GREETING, "bonjour|bonsoir|salut|cher|chere|chers|cheres|madame|monsieur|mesdames|messieurs|coucou|beste|dag|hallo|"
	    "hoi|geachte|mevrouw|meneer|mijnheer|goeiemorgen|goedemorgen|goeiedag|goededag|goedemiddag|goeiemiddag|goedenavond|"
	    "goeienavond|hello|hi|hey|dear|good morning|good afternoon|good evening|sir|madam"),
	WORDS(ASKS, "comment|combien|pourquoi|qui|que|quoi|quel|quelle|quels|quelles|ou|quand|avez vous|pouvez vous|est|y a|hoe|"
	    "hoeveel|waarom|wie|wat|welk|welke|waar|wanneer|kunnen|kunt|kan|hebben|is|how|why|who|what|which|where|when|can|"
	    "could|do|does"),
	WORDS(OBJECT, "oui|ja|yes|cela|ca|ceci|le|la|les|deja|maintenant|al|reeds|nu|already|now|het|dit|dat|ze|deze|it|this|that|them|these"),
	WORDS(IDLE, "voir plus bas|voir ci dessous|voir dessous|voir ci apres|voici|voici nos reponses|voici notre reponse|"
	    "voici mes reponses|voici ma reponse|nos reponses|notre reponse|mes reponses|ma reponse|reponses ci dessous|"
	    "mes reponses sont dans le texte|nos reponses sont dans le texte|zie onder|zie hieronder|hierbij|"
	    "hierbij onze antwoorden|hierbij ons antwoord|onze antwoorden|ons antwoord|mijn antwoorden|mijn antwoord|"
	    "antwoorden hieronder|see below|please see below|our answers|our answer|my answers|my answer|answers below|"
	    "here are our answers|here is our answer"),
	WORDS(LINK, "repondre en un mot|in een woord antwoorden|answer in one word"),
	WORDS(BUT, "mais|maar|but|cependant|toutefois|echter|however|puis|finalement|uiteindelijk|then|et finalement"),
	WORDS(AND, "et|en|and"),
	WORDS(NUMBERING, "lecon|lecons|n|no|nr|num|numero|nummer|number|point|punt|lessen|lesson|lessons|item|sujet|onderwerp|topic"),
	{ .role = ROLE_NUMBERING, .flags = WORD_WEAK, .phrases = "les" },
	DAYS(1, "jour|jours|dag|dagen|day|days"),
	DAYS(7, "semaine|semaines|sem|week|weken|wk|weeks"),
	DAYS(30, "mois|maand|maanden|month|months"),
	DAYS(365, "an|ans|annee|annees|jaar|jaren|year|years"),
	COUNT(1, "un|une|een|one|a"), COUNT(2, "deux|twee|two"), COUNT(3, "trois|drie|three"), COUNT(4, "quatre|vier|four"),
	COUNT(5, "cinq|vijf|five"), COUNT(6, "six|zes"), COUNT(10, "dix|tien|ten"), COUNT(12, "douze|twaalf|twelve"),
	COUNT(15, "quinze|vijftien|fifteen"),
	WORDS(UNTIL, "jusqu|jusque|tot|tot en met|t e m|t m|until|till"),
	{ .role = ROLE_UNTIL, .flags = WORD_WEAK, .phrases = "pendant|durant|de|d|pour|en|gedurende|voor|van|naar|in|for|during|of|to" },
};

const size_t words_count = countof(words);
