#!/usr/bin/python3
"""
Questions and lessons through their lives: wordings and their reasons, what was merged, split and
dropped, priorities of each owner, translations that go stale, proposals, links.
"""

import sys

from tests.lib.hub_sql import Hub
from tests.lib.tap import Tap

WEB = {'group': 'web'}


def ask(hub, who, text, status='published', **values):
    return hub.do(who, 'question_post', lang='fr', text=text, status=status, **WEB, **values)['id']


def question(hub, number, who='obs'):
    return hub.read(who, 'question_get', id=number, **WEB)


def lesson(hub, number, who='obs'):
    return hub.read(who, 'lesson_get', id=number, **WEB)


def slugs(list_):
    return [m['slug'] for m in list_]


def lineage(t, hub):
    one = ask(hub, 'mem', 'One', problems=['P1', 'P2'], subquestions=[{'text': 'S1', 'priority': 'must'},
                                                                      {'text': 'S2'}])
    two = ask(hub, 'other', 'Two')
    hub.do('mem', 'question_reword', id=one, text='One, worded anew', reason='After the visit', trigger='visit',
           occurred_on='2024-09', **WEB)
    shown = question(hub, one)
    t.is_([(r['revision'], r['text'], r['reason'], r['trigger'], r['occurred_on']) for r in shown['revisions']],
          [(1, 'One', '', None, None), (2, 'One, worded anew', 'After the visit', 'visit', '2024-09')],
          'each wording stays, with its reason')
    merged = ask(hub, 'hub', 'Merged', 'draft', municipality='hubtown', how='merged', parents=[one, two])
    t.is_((question(hub, one)['status'], question(hub, merged)), ('published', None),
          'a draft ends nothing, and is its owners\'')
    t.is_(question(hub, merged, 'other')['title'], 'Merged', 'who owns a parent owns what it was merged into')
    hub.do('other', 'question_change', id=merged, status='published', **WEB)
    shown = question(hub, merged)
    t.is_((slugs(shown['owners']), [(p['how'], p['question']['id']) for p in shown['parents']]),
          (['hubtown', 'memtown', 'othertown'], [('merged', one), ('merged', two)]),
          'published, it has its parents and all their owners')
    for number in (one, two):
        shown = question(hub, number)
        t.is_((shown['status'], [(c['how'], c['question']['id']) for c in shown['children']]),
              ('merged', [('merged', merged)]),
              f'question {number} ends in it')
        t.ok('error' in hub.write('hub', 'question_change', id=number, status='dropped', **WEB),
             'and goes no other way')
    parts = [ask(hub, 'mem', f'Part {i}', how='split', parents=[merged]) for i in (1, 2)]
    shown = question(hub, merged)
    t.is_((shown['status'], [(c['how'], c['question']['id']) for c in shown['children']]),
          ('published', [('split', parts[0]), ('split', parts[1])]), 'what is split goes on until it is dropped')
    hub.do('mem', 'question_change', id=merged, status='dropped', reason='Both parts are better', **WEB)
    t.is_((question(hub, merged)['status'], question(hub, merged)['reason']), ('dropped', 'Both parts are better'),
          'dropped, with a reason')


def priorities(t, hub):
    """Each owner has its own; "we too" is for everybody in the group, once."""
    shared = ask(hub, 'hub', 'Shared', municipality='hubtown', how='split',
                 parents=[ask(hub, 'mem', 'Ours'), ask(hub, 'other', 'Ours too')], problems=['P'],
                 subquestions=[{'text': 'First', 'priority': 'like'}, {'text': 'Second'}])
    first, second = (s['id'] for s in question(hub, shared)['subquestions'])
    for who, sub, priority in (('mem', first, 'must'), ('other', first, 'nice'), ('mem', second, 'nice'),
                               ('mem', second, 'like')):
        hub.do(who, 'priority_put', id=sub, priority=priority, **WEB)
    t.is_([[(p['municipality'], p['priority']) for p in s['priorities']]
           for s in question(hub, shared)['subquestions']],
          [[('hubtown', 'like'), ('memtown', 'must'), ('othertown', 'nice')], [('memtown', 'like')]],
          'priorities of each owner')
    t.is_(hub.write('partner', 'priority_put', id=first, priority='nice', **WEB), {'error': 'forbidden'},
          'and of no other')
    problem = question(hub, shared)['problems'][0]['id']
    hub.do('partner', 'we_too_post', problem=problem, **WEB)
    hub.do('hub', 'we_too_post', problem=problem, municipality='othertown', **WEB)
    t.is_(slugs(question(hub, shared)['problems'][0]['we_too']), ['partown', 'othertown'], 'who has the problem too')
    hub.do('partner', 'we_too_end', problem=problem, municipality='partown', **WEB)
    t.is_(slugs(question(hub, shared)['problems'][0]['we_too']), ['othertown'], 'one says that it has it no more')
    t.is_(hub.write('partner', 'we_too_end', problem=problem, municipality='othertown', **WEB), {'error': 'municipality_not_yours'}, 'for itself')
    hub.do('partner', 'we_too_post', problem=problem, **WEB)
    t.is_(hub.write('obs', 'we_too_post', problem=problem, **WEB), {'error': 'forbidden'},
          'an observer does not say so')


def texts(hub, number):
    return [(x['lang'], x['revision'], x['of'], x['stale']) for x in lesson(hub, number)['texts']]


def stale(t, hub):
    """A translation says a revision of the original, and is stale when there is a newer one that its reader may read."""
    number = hub.do('hub', 'lesson_post', lang='fr', title='Un', body='Un', status='published', **WEB)['id']
    hub.do('mem', 'lesson_text_put', id=number, text_lang='nl', title='Een', body='Een', **WEB)
    t.is_(texts(hub, number), [('fr', 1, 1, False), ('nl', 1, 1, False)], 'a translation says the original\'s revision')
    hub.do('hub', 'lesson_text_put', id=number, text_lang='fr', title='Deux', **WEB)
    t.is_(texts(hub, number), [('fr', 2, 2, False), ('nl', 1, 1, True)], 'and is stale after a correction')
    t.is_([lesson(hub, number, 'obs')[key] for key in ('lang', 'title', 'body')], ['fr', 'Deux', 'Un'],
          'what a correction leaves out stays')
    hub.do('other', 'lesson_text_put', id=number, text_lang='nl', title='Twee', of=1, **WEB)
    t.is_(texts(hub, number), [('fr', 2, 2, False), ('nl', 2, 1, True)], 'translated from the older one it is stale at once')
    hub.do('other', 'lesson_text_put', id=number, text_lang='nl', title='Twee', **WEB)
    t.is_(texts(hub, number), [('fr', 2, 2, False), ('nl', 3, 2, False)], 'until it follows')
    number = ask(hub, 'mem', 'Un')
    hub.do('other', 'question_text_put', id=number, text_lang='nl', text='Een', **WEB)
    hub.do('mem', 'question_reword', id=number, text='Confidentiel', sensitive=True, **WEB)
    t.is_([next(x['stale'] for x in question(hub, number, who)['texts'] if x['lang'] == 'nl')
           for who in ('obs', 'mem')], [False, True],
          'stale only for those who may read what is newer')


def state(hub, number, who='mem'):
    """What the proposer's inbox says of it, and whether it is among the drafts."""
    box = hub.read(who, 'inbox')
    return ([(p['lesson']['status'], p['returned'], p['reason']) for p in box['proposed'] if p['lesson']['id'] == number],
            number in [d['item']['id'] for d in box['drafts']])


def given_back(t, hub, number):
    """The hub gives a proposal back with words; they reach the proposer, who proposes it again."""
    t.is_([state(hub, number, who) for who in ('mem', 'memhand', 'other', 'co')],
          [([('proposed', False, None)], False)] * 2 + [([], False)] * 2, 'the proposer sees that it waits')
    t.is_(hub.write('hub', 'lesson_change', id=number, status='draft', reason=' ', **WEB), {'error': 'item_reason_needed'},
          'given back, it needs words')
    hub.do('hub', 'lesson_change', id=number, status='draft', reason='Dites le prix', **WEB)
    t.is_((state(hub, number), lesson(hub, number, 'mem')['returned'], lesson(hub, number, 'hub')),
          (([('draft', True, 'Dites le prix')], False), True, None), 'which reach the proposer; the hub reads it no more')
    t.is_(state(hub, number, 'hub'), ([], False), 'and has it not in the inbox')
    hub.do('memhand', 'lesson_change', id=number, status='proposed', **WEB)
    t.is_(state(hub, number), ([('proposed', False, None)], False), 'proposed again, the words are gone')
    hub.do('mem', 'lesson_change', id=number, status='draft', **WEB)
    t.is_(state(hub, number), ([], True), 'its owner takes it back without a word')
    hub.do('mem', 'lesson_change', id=number, status='proposed', **WEB)


def proposals(t, hub):
    """A member proposes; hub and lead umbrella see it and publish; what it answers and links to."""
    asked = ask(hub, 'mem', 'Asked', subquestions=[{'text': 'S'}])
    sub = question(hub, asked)['subquestions'][0]['id']
    posted = hub.do('mem', 'lesson_post', lang='fr', title='T', status='published', source='own_trial', cost='low',
                    sdgs=[11, 6, 11],
                    questions=[asked], subquestions=[sub], conditions='C', links=[
                        {'kind': 'video', 'url': 'https://example.org/v', 'title': 'V', 'bytes': 12345678},
                        {'url': 'https://example.org/p'}], **WEB)
    number = posted['id']
    t.is_((posted['status'], lesson(hub, number), lesson(hub, number, 'leadobs')), ('proposed', None, None),
          'a member\'s lesson is a proposal')
    t.is_([len(hub.read(who, 'inbox')['proposals']) for who in ('hub', 'co', 'mem', 'other', 'obs')], [1, 1, 0, 0, 0],
          'which waits for hub and umbrella')
    given_back(t, hub, number)
    t.is_(hub.write('mem', 'lesson_change', id=number, status='published', **WEB).get('value', {}).get('status'),
          'proposed', 'its writer cannot publish it')
    hub.do('co', 'lesson_change', id=number, status='published', **WEB)
    t.is_(state(hub, number), ([('published', False, None)], False), 'its proposer is told')
    shown = lesson(hub, number)
    t.is_([shown[key] for key in ('status', 'source', 'cost', 'sdgs', 'conditions', 'questions', 'subquestions')],
          ['published', 'own_trial', 'low', [6, 11], 'C', [asked], [sub]], 'published, with what was said of it')
    t.is_([(k['kind'], k['url'], k['title'], k['bytes']) for k in shown['links']],
          [('video', 'https://example.org/v', 'V', 12345678), ('page', 'https://example.org/p',
                                                               'https://example.org/p', None)],
                                                               'links, with kind and size')
    t.is_([q['id'] for q in question(hub, asked)['lessons']], [number], 'the question knows its answer')
    hub.do('mem', 'lesson_change', id=number, questions=[], **WEB)
    t.is_([lesson(hub, number)[key] for key in ('questions', 'subquestions')], [[], [sub]],
          'changed in one, the rest stays')
    hub.do('hub', 'lesson_change', id=number, status='withdrawn', reason='Wrong', **WEB)
    t.is_((lesson(hub, number)['reason'], [i['id'] for i in hub.read('obs', 'lesson_list', **WEB)['lessons']
                                           if i['id'] == number]), ('Wrong', []),
          'withdrawn it says why, and is in no list')


def main():
    t = Tap()
    hub = Hub(lang='nl')
    hub.found()
    lineage(t, hub)
    priorities(t, hub)
    stale(t, hub)
    proposals(t, hub)
    t.done()


if __name__ == '__main__':
    sys.exit(main())
