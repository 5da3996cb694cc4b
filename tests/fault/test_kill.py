"""
The service is killed in the middle of 200 posts from several connections, three times. What
was answered 201 is there afterwards, once; what is asked again with its key is done once.
"""

import threading
from pathlib import Path

from tests.lib import hub
from tests.lib.hub import WEB, auth
from tests.lib.site import Site, Tap, psql, wait_until

POSTS, AT_ONCE = 200, 8
KILLS = (25, 60, 70)        # after so many answers of a run


class Post:
    """One request with its key, and the answers it had."""

    def __init__(self, number, lesson):
        self.key = f'post-{number}'
        if number % 4:
            self.path, self.body, self.by = f'{WEB}/lessons', hub.LESSON | {'title': f'Numéro {number}'}, ('hub', 'mem', 'co')[number % 3]
        else:
            self.path, self.body, self.by = f'{WEB}/lessons/{lesson}/reports', {'status': 'trying', 'note': f'Numéro {number}'}, 'mem'
        self.answers = []
        self.kept = None

    def send(self, site):
        answer = site.post(self.path, self.body, auth(self.by, Idempotency_Key=self.key))
        self.answers.append((answer.status, answer.body))
        if answer.status == 201:
            self.kept = answer.body


def run(site, posts, enough=None):
    """Sends them from several connections; ends early when `enough` were answered and the service is killed."""
    left, lock, count = list(posts), threading.Lock(), [0]

    def work():
        while True:
            with lock:
                if not left:
                    return
                post = left.pop(0)
            try:
                post.send(site)
            except OSError:
                return          # it was killed under us
            with lock:
                count[0] += 1
                if count[0] == enough:
                    site.kill()

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count[0]


def children(pid):
    return [int(word) for word in Path(f'/proc/{pid}/task/{pid}/children').read_text().split()]


def titles():
    return psql("SELECT title FROM relais.item_text WHERE title LIKE 'Numéro %' UNION ALL SELECT note FROM relais.report_note WHERE note LIKE 'Numéro %'").splitlines()


t = Tap()
hub.seed()
with Site() as first:
    lesson = hub.lesson(first)
posts = [Post(number, lesson) for number in range(POSTS)]
for enough in KILLS:
    site = Site()
    family = children(site.process.pid)
    waiting = [post for post in posts if post.kept is None]
    answered = run(site, waiting, enough)
    t.ok(enough <= answered < len(waiting), f'killed after {enough} answers, with posts under way', answered)
    t.ok(family and wait_until(lambda: not any(Path(f'/proc/{pid}').exists() for pid in family)), 'its children went with it')
    kept = [post for post in posts if post.kept is not None]
    found = titles()
    t.is_([post.key for post in kept if found.count(f"Numéro {post.key.partition('-')[2]}") != 1], [], f'each of the {len(kept)} that were answered 201 is there, once')
with Site() as site:
    acknowledged = {post.key: post.kept for post in posts if post.kept is not None}
    run(site, posts)
    t.is_([post.answers[-1][0] for post in posts if post.answers[-1][0] != 201], [], 'asked again, each is answered 201')
    t.is_([post.key for post in posts if post.key in acknowledged and post.kept != acknowledged[post.key]], [], 'those that were answered, with the same answer')
    t.is_(sorted(titles()), sorted(f'Numéro {number}' for number in range(POSTS)), 'all 200 are there, once')
    t.is_(psql("""SELECT count(*) - max(e.seq), max(e.seq) - max(l.head), min(e.seq), count(*) FILTER (WHERE e.at < e.before)
        FROM (SELECT *, lag(at) OVER (PARTITION BY group_id ORDER BY seq) AS before FROM relais.event) e JOIN relais.group_log l USING (group_id)
        JOIN relais.group g ON g.id = e.group_id WHERE g.slug = 'web'"""), '0|0|1|0', 'the log has no gap, and is in order of time')
    t.is_(psql("SELECT count(*) - max(number) FROM relais.item i JOIN relais.group g ON g.id = group_id WHERE slug = 'web'"), '0', 'nor have the numbers of lessons')
t.done()
