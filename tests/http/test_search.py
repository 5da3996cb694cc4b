"""
Search as its readers meet it: their language, endings, accents, misspellings, filters, pages; nothing
that is hidden is found, whatever is typed; and others with the same problem.
"""

import re
from html import unescape
from urllib.parse import urlencode

from tests.lib import hub
from tests.lib.browser import Browser
from tests.lib.hub import API, WEB, auth
from tests.lib.site import Site, Tap, psql

HOSTILE = ("'", '"', '\\', "\\'", "'; DROP TABLE x; --", '& | ! ( ) :* <->', '!!!', ':*', '-', 'or', '-or-', '"open', '%', '_', '{{q}}',
           '*' * 200, '(' * 200, 'é' * 200, '😀', '\u202e', 'a:b', "l'été", '=marché', "'=marché'", 'x y ' * 40 + 'dehcets', 'a\\b c\\\'d')


def ask(q=None, by=None, group=None, lang='en', **filters):
    asked = urlencode(({} if q is None else {'q': q}) | {'lang': lang} | filters)
    answer = site.get(f"{API}{f'/groups/{group}' if group else ''}/search?{asked}", auth(by) if by else None)
    if answer.status != 200:
        raise RuntimeError(f'{q}: {answer.status}: {answer.text}')
    return answer.json()


def found(*asked, **more):
    """What was found, in its order: numbers, of reports (number, event)."""
    return [(each['id'], each['seq']) if each['seq'] else each['id'] for each in ask(*asked, **more)['results']]


def text(number, lang, by='hub', kind='lessons', **values):
    answer = site.put(f'{WEB}/{kind}/{number}/texts/{lang}', values, auth(by, If_Match='*'))
    if answer.status != 200:
        raise RuntimeError(answer.text)


def change(number, by='hub', kind='lessons', **values):
    answer = site.request('PATCH', f'{WEB}/{kind}/{number}', values, auth(by, If_Match='*'))
    if answer.status != 200:
        raise RuntimeError(answer.text)


def words(t):
    """Stems, accents and misspellings in three languages, and in one that has no stems here."""
    french = hub.lesson(site, title='Les déchets triés au marché', summary='Les annonces sont publiées.', body='Une **école** gère la [collecte](https://example.org/).')
    dutch = hub.lesson(site, lang='nl', title='Burgers ideeën vragen', summary='', body='De gemeenten vragen het aan scholen.')
    english = hub.lesson(site, lang='en', title='Answering complaints', summary='', body='Citizens complained; we answered each letter.')
    for q, want in (('déchet', french), ('dechets', french), ('DÉCHETS', french), ('publier', french), ('publiees', french), ('publié', french),
                    ('ecole', french), ('écoles', french), ('trier dechet', french), ('"déchets triés"', french), ('déchets -burgers', french),
                    ('idee', dutch), ('ideeen', dutch), ('ideeën', dutch), ('gemeente school', dutch), ('burger', dutch),
                    ('answer complaint', english), ('letters', english), ('complaining', english)):
        t.is_(found(q), [want], f'“{q}”')
    for q in ('dechets burgers', 'the', 'déchets -marché', '"triés déchets"'):
        t.is_(found(q), [], f'“{q}” is in no text')
    for q, meant in (('dehcets', 'déchets'), ('colecte', 'collecte'), ('complaintz', 'complaints'), ('marcher dehcets', None), ('burgre', 'burgers'),
                     ('gemeetnen', 'gemeenten')):
        answer = ask(q)
        t.ok(answer['results'] and (meant is None or answer['meant'] == meant), f'“{q}” is taken for another word', answer.get('meant'))
    t.is_((ask('zzzzzz')['results'], ask('zzzzzz')['meant']), ([], None), 'what nothing is like is not found')
    return french


def languages(t, french):
    """Of a text in several languages, that of the reader; corrections replace what was there."""
    text(french, 'nl', title='Afval op de markt', body='Scholen halen het op. Radio Ouinhi.')
    text(french, 'en', title='Waste at the market', body='Radio Ouinhi.')
    for lang, title in (('nl', 'Afval op de markt'), ('en', 'Waste at the market')):
        t.is_([each['title'] for each in ask('radio', lang=lang)['results']], [title], f'one hit, in {lang}')
    t.is_([each['lang'] for each in ask('afval', lang='en')['results']], ['nl'], 'a text in another language is found in its own')
    t.is_(found('afval', text_lang='fr'), [], 'unless the texts of one language were asked for')
    text(french, 'en', title='Rubbish at the market', body='Radio.')
    t.is_((found('waste'), found('rubbish')), ([], [french]), 'what a correction took out is not found')


def weights(t):
    body = hub.lesson(site, title='Autre', summary='', body='Le budget participatif, en bref.')
    title = hub.lesson(site, title='Budget participatif', summary='', body='Rien.')
    problem = hub.question(site, text='Comment faire ?', problems=['Le budget participatif manque'], subquestions=[])
    summary = hub.lesson(site, title='Encore', summary='Un budget participatif', body='Rien.')
    t.is_(found('budget participatif'), [title, summary, body, problem], 'the title counts most, then summary, text, problems')


def filters(t):
    water = {'title': 'Eau potable', 'summary': '', 'body': 'Eau.'}
    one = hub.lesson(site, **water, cost='low', sdgs=[6, 11])
    two = hub.lesson(site, **water, cost='high', sdgs=[6])
    asked = hub.question(site, text='Eau ?', problems=[], subquestions=[])
    closed = hub.lesson(site, 'huis', 'hub', **water, cost='low')
    applied = hub.report(site, one, 'adapted', 'mem', adaptation='eau de pluie')
    hub.report(site, two, 'interrupted', 'bon', reason='budget')
    every = sorted([one, two, asked, (one, applied)], key=str)
    for more, want in (({}, every), ({'kind': 'question'}, [asked]), ({'kind': 'report'}, [(one, applied)]), ({'cost': 'high'}, [two]),
                       ({'sdg': '11', 'kind': 'lesson'}, [one]), ({'sdg': '6', 'kind': 'lesson'}, [one, two]), ({'sdg': '17'}, []),
                       ({'status': 'adapted'}, [one, (one, applied)]), ({'status': 'adapted', 'cost': 'high'}, []), ({'text_lang': 'nl'}, []),
                       ({'text_lang': 'fr', 'kind': 'question'}, [asked]), ({'kind': '', 'cost': '', 'sdg': '', 'status': '', 'text_lang': ''}, every)):
        t.is_(sorted(found('eau', **more), key=str), sorted(want, key=str), f'filters: {more}')
    t.is_(sorted(found(cost='low', sdg='6', kind='lesson')), [one], 'filters alone will do')
    t.is_(found('eau', by='mem', status='interrupted'), [two], 'of the group one learns what was interrupted')
    t.is_((found('eau', status='interrupted'), found('eau', by='other', status='interrupted')), ([], []), 'others do not')
    t.is_(found('eau', by='mem', group='huis'), [closed], 'in one group')
    t.is_([found('eau', by='mem', theme=slug) for slug in ('huis', 'none')], [[closed], []], 'or by it as a theme')
    t.is_((found('eau', theme='huis'), [each['slug'] for each in ask(by='mem')['themes']], [each['slug'] for each in ask()['themes']]),
          ([], ['huis', 'web'], ['web']), 'of which one is told no more than one sees')
    answered = hub.lesson(site, **water, questions=[asked])
    said = hub.report(site, answered, 'applied', 'mem', evidence='eau claire')
    theme = {'group': 'web', 'theme': asked}
    t.is_(sorted(found('eau', **theme), key=str), sorted([asked, answered, (answered, said)], key=str), 'in a group a question is a theme: itself, its answers, and what came of them')
    t.is_((found(**theme, kind='lesson'), found('eau', **theme, cost='high'), [each['id'] for each in ask('eau', group='web')['themes']][:1]),
          ([answered], [], [asked]), 'with or without words, and with the rest')
    t.is_(closed in found('eau potable', by='mem', cost='low', kind='lesson'), True, 'in all of one\'s groups')
    t.is_((ask()['results'], ask()['total'], ask('')['results']), ([], 0, []), 'nothing asked, nothing found')


def paging(t):
    for number in range(23):
        hub.lesson(site, title=f'Lampadaire {number}', summary='', body='Solaire.')
    path, seen, pages = f'{API}/search?q=lampadaires&kind=lesson&lang=fr', [], 0
    while path:
        answer = site.get(path)
        seen += [each['id'] for each in answer.json()['results']]
        t.is_(answer.json()['total'], 23, 'each page says how many there are')
        link = re.fullmatch(r'<http://[^/]+(/[^>]+)>; rel="next"', answer.headers['Link'] or '')
        path, pages = link and link[1], pages + 1
    t.is_((len(seen), len(set(seen)), pages), (23, 23, 3), 'three pages, each hit once')
    t.is_(found('lampadaires', page=9), [], 'behind the last there is nothing')
    t.is_(ask('lampadairez', page=3)['results'][0]['title'][:10], 'Lampadaire', 'what was meant goes on too')
    browser = Browser(site)
    browser.get('/search?q=lampadaires&kind=lesson')
    titles = set()
    for _ in range(3):
        titles |= set(re.findall(r'>(Lampadaire \d+)</a>', browser.answer.text))
        more = re.search(r'rel="next" href="([^"]+)"', browser.answer.text)
        if more:
            browser.get('/search' + unescape(more[1]))
    t.is_((len(titles), more), (23, None), 'and the page leads on to all of them')


def hidden(t):
    """Secrets, each with a word of its own, and who finds it."""
    def draft(word, **values):
        return hub.lesson(site, by='mem', title=word, summary=word, body=word, conditions=word, **values)
    draft('brouillonade', status='draft')
    draft('propositade')
    withdrawn = hub.lesson(site, title='retirade', body='retirade')
    hub.report(site, withdrawn, 'applied', 'mem', adaptation='retirade')
    change(withdrawn, status='withdrawn', reason='retirade')
    question = hub.question(site, by='mem', text='ouvertade ?')
    site.post(f'{WEB}/questions/{question}/revisions', {'text': 'sensiblade ?', 'sensitive': True}, auth('mem'))
    dropped = hub.question(site, by='mem', text='abandonade ?')
    change(dropped, 'mem', 'questions', status='dropped', reason='x')
    hub.lesson(site, 'ferme', 'lier', title='fermade', body='fermade')
    lesson = hub.lesson(site, title='ordinaire', body='ordinaire')
    hub.report(site, lesson, 'interrupted', 'mem', reason='political', note='secretade')
    hub.report(site, lesson, 'not_for_us', 'bon', reason='budget', note='koepelade', audience='umbrella')
    hub.report(site, lesson, 'trying', 'lier', note='groupade', adaptation='essayade')
    hub.report(site, lesson, 'interested', 'mem', note='publicade', audience='public')
    hub.report(site, lesson, 'applied', 'bon', note='notade', audience='public', adaptation='adaptade', evidence='preuvade', services=['servade'])
    undone = hub.report(site, lesson, 'applied', 'mem', adaptation='annulade')
    hub.report(site, lesson, 'retracted', 'mem')
    nobody, members = (), ('mem', 'con', 'hub', 'bon', 'co', 'lier', 'zog', 'watch')
    everybody = (None, 'other', 'mol', *members)
    for word, whose in (('brouillonade', ('mem', 'con')), ('propositade', ('mem', 'con', 'hub', 'co')), ('retirade', nobody), ('abandonade', nobody),
                        ('sensiblade', ('mem', 'con')), ('ouvertade', everybody), ('fermade', ('lier', 'mol', 'other')), ('secretade', nobody),
                        ('koepelade', nobody), ('groupade', members), ('publicade', members), ('essayade', everybody), ('notade', everybody),
                        ('adaptade', everybody), ('preuvade', everybody), ('servade', everybody), ('annulade', nobody)):
        finders = {by for by in everybody if word in str(ask(word, by=by))}
        t.is_(finders, set(whose), f'“{word}” is found by whom it is for')
        if None not in whose:
            told = [str(ask(wrong)) for wrong in (word, word[:-1], word.replace('ade', 'adde'))] + [site.get(f'/search?q={word[:-2]}').text]
            t.unlike('\n'.join(told), word, '… and nobody else is told the word')
    t.is_(psql(f"SELECT count(*) FROM relais.search_text WHERE seq = {undone}"), '0', 'what was taken back is not kept to be found')
    t.is_(site.get('/groups/ferme/search?q=fermade').status, 404, 'a closed group is not there for others')


def hostile(t):
    for q in HOSTILE:
        q = q[:200]
        t.is_((site.get(f"/search?{urlencode({'q': q})}").status, isinstance(ask(q, by='mem')['results'], list)), (200, True), f'“{q[:30]}”')
    for asked, status in (('q=%00', 400), ('q=%ff', 400), ('q=' + 'x' * 201, 422), ('page=0', 422), ('page=99999', 422), ('kind=person', 422),
                          ('sdg=18', 422), ('cost=free', 422), ('status=retracted', 422), ('text_lang=xx', 422), ('theme=A', 422), ('zz=1', 200)):
        t.is_(site.get(f'{API}/search?{asked}').status, status, f'?{asked[:20]}')
    script = '<script>alert(1)</script> & <b>gras</b> "guillemets"'
    hub.lesson(site, title=f'Piège {script}', summary=f'Piège {script}', body=f'piège {script}')
    for q in ('piège', script, 'piege gras'):
        page = site.get(f"/search?{urlencode({'q': q})}").text
        t.unlike(page, '<script>alert|<b>gras', 'what was written and what was typed stays text')
    t.like(site.get('/search?q=pieges').text, r'<mark>Piège</mark>', 'what was found is marked')


def page(t):
    browser = Browser(site, 'mem', 'fr')
    browser.get('/groups/web')
    form = browser.form('/groups/web/search')
    browser.get(f"{form.action}?{urlencode(form.filled(q='publiees & cetera'))}&lang=fr")
    t.like(browser.answer.text, "Rien n'a été trouvé", 'an empty answer says so')
    for link in ('/search?page=1&amp;q=publiees%20%26%20cetera&amp;lang=fr', '/groups/web/questions/new'):
        t.ok(link in browser.answer.text, f'… and leads on to {link}', browser.answer.text)
    browser.get('/groups/web/search?q=dechets&kind=lesson&lang=nl')
    form = browser.form('/groups/web/search')
    t.is_([form.value(name) for name in ('q', 'kind', 'text_lang', 'sdg', 'cost', 'status', 'lang')], ['dechets', 'lesson', '', '', '', '', 'nl'],
          'the form keeps what was asked')
    t.like(browser.answer.text, '<details open>', 'and shows that it is narrowed')
    t.like(browser.answer.text, r'<p class="lines" lang="fr">.*', 'the text of a hit says its language')
    t.like(browser.answer.text, r'href="/groups/web/lessons/\d+\?text_lang=fr&amp;lang=nl"', 'and leads to that text')
    t.is_(browser.answer.headers['Cache-Control'].split(',')[0], 'private', 'no cache keeps it for others')
    t.is_(site.get('/groups/web/search?q=eau').headers['Cache-Control'].split(',')[0], 'private', 'nor for nobody')


def similar(t):
    """Others with the same problem, in every group one sees; their lessons, and who applied those."""
    def question(text, problems, **more):
        return hub.question(site, text=text, problems=problems, subquestions=[], **more)
    own = question('Comment entretenir les pompes à eau des villages ?', ['Les pompes tombent en panne'])
    like = question('Qui entretient les pompes villageoises ?', ['Une pompe en panne reste en panne'], by='mem')
    question('Comment organiser les archives ?', ['Personne ne classe les papiers'])
    inside = question('Entretenir nos pompes en panne', [], group='huis', by='hub')
    question('Entretenir les pompes des villages en secret', ['pompes en panne'], by='mem', status='draft')
    lesson = hub.lesson(site, title='Un artisan par village', questions=[like])
    draft = hub.lesson(site, title='Idée', questions=[like], status='draft')
    hub.report(site, lesson, 'applied', 'mem')
    hub.report(site, lesson, 'interrupted', 'bon', reason='budget')
    value = site.get(f'{WEB}/questions/{own}/similar').json()
    t.is_([each['question']['id'] for each in value['similar']], [like], 'the question that is like it')
    lessons = value['similar'][0]['lessons']
    t.is_([each['lesson']['id'] for each in lessons], [lesson], 'with the lessons that answer it, but no draft')
    t.is_([(each['municipality']['slug'], each['status']) for each in lessons[0]['applications']], [('aklame', 'applied')], 'and who applied them')
    value = site.get(f'{WEB}/questions/{own}/similar', auth('mem')).json()
    t.is_({(each['group']['slug'], each['question']['id']) for each in value['similar']}, {('web', like), ('huis', inside)},
          'who is of another group finds them there too')
    seen = site.get(f'/groups/web/questions/{own}/similar?lang=fr').text
    t.like(seen, 'Un artisan par village', 'the page shows it')
    t.unlike(seen, 'Idée|secret|fermé', 'and nothing else')
    t.like(site.get(f'/groups/web/questions/{own}').text, f'/groups/web/questions/{own}/similar', "the question's page leads there")
    t.ok(draft, 'there was a draft')


t = Tap()
with Site() as site:
    hub.seed()
    number = words(t)
    languages(t, number)
    weights(t)
    filters(t)
    paging(t)
    hidden(t)
    hostile(t)
    page(t)
    similar(t)
t.done()
