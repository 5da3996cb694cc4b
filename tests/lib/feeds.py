"""Feeds as a strict reader takes them: well-formed, with all that Atom, RSS and JSON Feed ask for."""

import json
import re
import xml.etree.ElementTree as ElementTree
from email.utils import parsedate_to_datetime
from datetime import datetime

ATOM, HISTORY = '{http://www.w3.org/2005/Atom}', '{http://purl.org/syndication/history/1.0}'
RFC3339 = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)')
RFC822 = re.compile(r'(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d \+0000')
LANG = re.compile(r'[a-z]{2}')


class Fault(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Fault(what)


def rfc3339(text):
    need(text and RFC3339.fullmatch(text), f'no RFC 3339 date: {text!r}')
    return datetime.fromisoformat(text)


def rfc822(text):
    need(text and RFC822.fullmatch(text), f'no RFC 822 date: {text!r}')
    moment = parsedate_to_datetime(text)
    need(moment.strftime('%a') == text[:3], f'the wrong day of the week: {text!r}')
    return moment


def only(element, path):
    found = element.findall(path)
    need(len(found) == 1, f'{path}: {len(found)} of them in {element.tag}')
    return found[0]


def link(element, rel):
    """The one address of a relation; None if there is none."""
    found = [each.get('href') for each in element.findall(f'{ATOM}link') if each.get('rel') == rel]
    need(len(found) <= 1, f'{len(found)} links of {rel}')
    for address in found:
        need(re.match('https?://', address), f'{rel} is not absolute: {address}')
    return found[0] if found else None


class Feed:
    """entries: {id: (title, address, updated)}, in order; links: self, prev, next, current; archive."""


def atom(body):
    root = ElementTree.fromstring(body)
    need(root.tag == f'{ATOM}feed', root.tag)
    feed = Feed()
    feed.id, feed.title = only(root, f'{ATOM}id').text, only(root, f'{ATOM}title').text
    feed.updated = rfc3339(only(root, f'{ATOM}updated').text)
    feed.lang = root.get('{http://www.w3.org/XML/1998/namespace}lang')
    need(feed.id.startswith(('urn:uuid:', 'tag:')) and feed.title and LANG.fullmatch(feed.lang or ''), 'id, title or language of the feed')
    need(only(only(root, f'{ATOM}author'), f'{ATOM}name').text, 'author of the feed')
    feed.self, feed.prev, feed.next, feed.current = (link(root, rel) for rel in ('self', 'prev-archive', 'next-archive', 'current'))
    need(feed.self and link(root, 'alternate'), 'self or alternate')
    feed.archive = root.find(f'{HISTORY}archive') is not None
    feed.entries, feed.kinds = {}, {}
    for entry in root.findall(f'{ATOM}entry'):
        name, title = only(entry, f'{ATOM}id').text, only(entry, f'{ATOM}title').text
        need(name.startswith(('urn:uuid:', 'tag:')) and title and link(entry, 'alternate'), f'id, title or address of {name}')
        updated, published = rfc3339(only(entry, f'{ATOM}updated').text), rfc3339(only(entry, f'{ATOM}published').text)
        need(published <= updated <= feed.updated, f'{name}: published {published}, updated {updated}, the feed {feed.updated}')
        content = only(entry, f'{ATOM}content')
        need(content.get('type') in ('html', 'text') and (content.text or '').strip(), f'content of {name}')
        need(name not in feed.entries or feed.archive, f'{name} is in it twice')
        feed.kinds[name] = only(entry, f'{ATOM}category').get('term')
        feed.entries.setdefault(name, (title, link(entry, 'alternate'), updated))
    return feed


def rss(body):
    root = ElementTree.fromstring(body)
    need(root.tag == 'rss' and root.get('version') == '2.0', root.tag)
    channel, feed = only(root, 'channel'), Feed()
    feed.title, feed.lang = only(channel, 'title').text, only(channel, 'language').text
    need(feed.title and only(channel, 'link').text and only(channel, 'description').text and LANG.fullmatch(feed.lang), 'title, link, description or language')
    feed.updated = rfc822(only(channel, 'lastBuildDate').text)
    feed.self, feed.prev, feed.next, feed.current = (link(channel, rel) for rel in ('self', 'prev-archive', 'next-archive', 'current'))
    need(feed.self, 'self')
    feed.archive = channel.find(f'{HISTORY}archive') is not None
    feed.entries = {}
    for item in channel.findall('item'):
        guid = only(item, 'guid')
        need(guid.get('isPermaLink') == 'false' and only(item, 'title').text and only(item, 'description').text, f'guid, title or description of {guid.text}')
        need(item.findall('author') == [], 'an author without an e-mail address')
        need(guid.text not in feed.entries or feed.archive, f'{guid.text} is in it twice')
        feed.entries.setdefault(guid.text, (only(item, 'title').text, only(item, 'link').text, rfc822(only(item, 'pubDate').text)))
    return feed


def json_feed(body):
    value, feed = json.loads(body), Feed()
    need(value['version'] == 'https://jsonfeed.org/version/1.1', value['version'])
    feed.title, feed.lang, feed.self, feed.prev = value['title'], value['language'], value['feed_url'], value.get('next_url')
    need(isinstance(feed.title, str) and feed.title and LANG.fullmatch(feed.lang), 'title or language')
    need(all(re.match('https?://', value[name]) for name in ('home_page_url', 'feed_url')), 'an address that is not absolute')
    need('author' not in value, 'author is of version 1')
    feed.next = feed.current = None
    feed.archive = 'archive=' in feed.self
    feed.entries = {}
    for item in value['items']:
        need(isinstance(item['id'], str) and item['id'] and (item['id'] not in feed.entries or feed.archive), f"id {item.get('id')!r}")
        need(('content_html' in item) != ('content_text' in item), f"content of {item['id']}")
        need(re.match('https?://', item['url']) and item['title'] and LANG.fullmatch(item['language']), f"address, title or language of {item['id']}")
        need(all(author['name'] for author in item.get('authors', [])) and all(isinstance(tag, str) for tag in item['tags']), 'authors or tags')
        need(rfc3339(item['date_published']) <= rfc3339(item['date_modified']), 'published after it was modified')
        feed.entries.setdefault(item['id'], (item['title'], item['url'], rfc3339(item['date_modified'])))
    return feed


READ = {'.atom': atom, '.rss': rss, '.json': json_feed}
