//! Proofs over linked data (`eddsa-rdfc-2022`): statements in a canonical order, hashed, signed with Ed25519.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::vocab::rdf;
use oxrdf::{BlankNodeRef, Dataset, Quad};
use sha2::{Digest, Sha256};

use super::base58;
use super::json::Json;
use super::limits::{ALIKE_MOST, STATEMENTS_MOST};
use super::rules::PinnedContext;

/// The bytes that the proof's key signed, or why they cannot be told.
pub fn signed_bytes(badge: &Json, proof: &Json, contexts: &[PinnedContext]) -> Result<Vec<u8>, String> {
    let context = badge.get("@context").ok_or("the badge has no `@context`")?;
    if proof.get("@context").is_some_and(|own| own != context) {
        return Err("the proof has another `@context` than the badge".to_owned());
    }
    for item in context.items() {
        let url = item.text().ok_or("its `@context` defines words of its own, which could give its fields another meaning")?;
        if !contexts.iter().any(|pinned| pinned.url == url) {
            return Err(format!("the context `{url}` is not pinned in the mapping"));
        }
    }
    let document = badge.without("proof");
    plain_keys(&document)?;
    let Json::Object(mut members) = proof.without("@context").without("proofValue") else {
        return Err("the proof is not an object".to_owned());
    };
    members.insert(0, ("@context".to_owned(), context.clone()));
    let document_statements = statements(&document, contexts)?;
    everything_is_said(&document, &document_statements, contexts)?;
    let options = statements(&Json::Object(members), contexts)?;
    let mut signed = Sha256::digest(canonical(&options)?).to_vec();
    signed.extend(Sha256::digest(canonical(&document_statements)?));
    Ok(signed)
}

/// The signature that a proof carries.
pub fn signature(proof: &Json) -> Option<Vec<u8>> {
    let bytes = base58::decode(proof.text_at("proofValue")?.strip_prefix('z')?)?;
    (bytes.len() == 64).then_some(bytes)
}

/// The rows are read from the JSON, the proof is over statements: so a field must be spelled in the one way that both know.
fn plain_keys(value: &Json) -> Result<(), String> {
    let mut rest: Vec<&Json> = vec![value];
    let mut root = true;
    while let Some(value) = rest.pop() {
        for (key, member) in value.members() {
            if (key.starts_with('@') || key.contains(':')) && !(root && key == "@context") {
                return Err(format!("it spells a field as `{key}`, which the proof cannot tell from its usual name"));
            }
            rest.push(member);
        }
        if let Json::List(list) = value {
            rest.extend(list);
        }
        root = false;
    }
    Ok(())
}

/// The statements of a document, in the order in which they come, repeated ones too.
fn statements(document: &Json, contexts: &[PinnedContext]) -> Result<Vec<Quad>, String> {
    let mut text = String::new();
    document.write(&mut text);
    let copies: Vec<PinnedContext> = contexts.to_vec();
    let parse = move || {
        let parser = JsonLdParser::new().for_slice(text.as_bytes()).with_load_document_callback(move |url, _| {
            let pinned = copies.iter().find(|pinned| pinned.url == url).ok_or("the context is not pinned")?;
            Ok(JsonLdRemoteDocument { document: pinned.text.to_vec(), document_url: url.to_owned() })
        });
        parser.take(STATEMENTS_MOST + 1).collect::<Result<Vec<Quad>, _>>().map_err(|fault| fault.to_string())
    };
    let quads = guarded(parse)?.map_err(|fault| format!("its linked data cannot be read: {fault}"))?;
    if quads.len() > STATEMENTS_MOST { Err(format!("it makes more than {STATEMENTS_MOST} statements")) } else { Ok(quads) }
}

/// RDFC-1.0: every statement once, as a line, in order.
fn canonical(quads: &[Quad]) -> Result<String, String> {
    if alike(quads) > ALIKE_MOST {
        return Err("too many of its parts look alike".to_owned());
    }
    guarded(|| {
        let mut dataset: Dataset = quads.iter().cloned().collect();
        dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm: CanonicalizationHashAlgorithm::Sha256 });
        let mut lines: Vec<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
        lines.sort_unstable();
        lines.concat()
    })
}

/// A library's panic over hostile data is one more way of not being readable.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| "its linked data cannot be read".to_owned())
}

/// How many nameless nodes have the very same statements as another one: only these make the canonical order costly.
fn alike(quads: &[Quad]) -> usize {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for quad in quads {
        let names: Vec<&str> = nodes_of(quad).map(|node| node.as_str()).collect();
        for name in &names {
            let lines = said.entry((*name).to_owned()).or_default();
            lines.push(names.iter().fold(quad.to_string(), |line, other| line.replace(*other, if other == name { "a" } else { "z" })));
        }
    }
    let mut groups: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for mut lines in said.into_values() {
        lines.sort_unstable();
        *groups.entry(lines).or_default() += 1;
    }
    groups.into_values().filter(|size| *size > 1).sum()
}

fn nodes_of(quad: &Quad) -> impl Iterator<Item = BlankNodeRef<'_>> {
    let subject = if let oxrdf::NamedOrBlankNode::BlankNode(node) = &quad.subject { Some(node.as_ref()) } else { None };
    let object = if let oxrdf::Term::BlankNode(node) = &quad.object { Some(node.as_ref()) } else { None };
    let graph = if let oxrdf::GraphName::BlankNode(node) = &quad.graph_name { Some(node.as_ref()) } else { None };
    subject.into_iter().chain(object).chain(graph)
}

/// A member that the contexts do not know makes no statement, so that anybody could have added it after the signing.
/// As many statements as members is the proof that there is none; where lists blur the count, each member is left out once.
fn everything_is_said(document: &Json, quads: &[Quad], contexts: &[PinnedContext]) -> Result<(), String> {
    let lists = quads.iter().any(|quad| quad.predicate == rdf::FIRST || quad.predicate == rdf::REST);
    if !lists && expected(document) == quads.len() {
        return Ok(());
    }
    let paths = paths(document);
    if paths.len() > 300 {
        return Err("it has too many fields".to_owned());
    }
    for path in paths {
        let shorter = statements(&leave_out(document, &path), contexts)?;
        if shorter.len() >= quads.len() {
            let name = path.last().map_or("", |step| if let Step::Member(key) = step { key } else { "" });
            return Err(format!("its field `{name}` is not covered by the proof"));
        }
    }
    Ok(())
}

/// Each text, number, type and edge to an object makes one statement; an `id` makes none.
fn expected(value: &Json) -> usize {
    let mut count = 0;
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        for (key, member) in value.members().iter().filter(|(key, _)| key != "id" && key != "@context") {
            let items = member.items().iter().filter(|item| **item != Json::Null);
            count += items.clone().count();
            rest.extend(items.filter(|_| key != "type"));
        }
    }
    count
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Item(usize),
}

/// The way to every member that should make a statement.
fn paths(document: &Json) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    let mut rest: Vec<(Vec<Step>, &Json)> = vec![(Vec::new(), document)];
    while let Some((path, value)) = rest.pop() {
        let deeper = |step: Step| path.iter().cloned().chain([step]).collect::<Vec<Step>>();
        for (key, member) in value.members().iter().filter(|(key, _)| key != "id" && key != "@context") {
            let empty = *member == Json::Null || *member == Json::List(Vec::new());
            if !empty {
                found.push(deeper(Step::Member(key.clone())));
                rest.push((deeper(Step::Member(key.clone())), member));
            }
        }
        if let Json::List(list) = value {
            rest.extend(list.iter().enumerate().map(|(index, item)| (deeper(Step::Item(index)), item)));
        }
    }
    found
}

fn leave_out(value: &Json, path: &[Step]) -> Json {
    match (value, path) {
        (Json::Object(_), [Step::Member(key)]) => value.without(key),
        (Json::Object(members), [Step::Member(key), rest @ ..]) => Json::Object(
            members
                .iter()
                .map(|(name, member)| (name.clone(), if name == key { leave_out(member, rest) } else { member.clone() }))
                .collect(),
        ),
        (Json::List(list), [Step::Item(at), rest @ ..]) => Json::List(
            list.iter().enumerate().map(|(index, item)| if index == *at { leave_out(item, rest) } else { item.clone() }).collect(),
        ),
        (other, _) => other.clone(),
    }
}
