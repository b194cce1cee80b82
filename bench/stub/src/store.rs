//! Buckets and objects in memory, and the pages of their listings.
use crate::openssl::md5;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::{Arc, Mutex, RwLock};

pub const LISTED: &str = "2026-01-02T03:04:05.000Z";
pub const MODIFIED: &str = "Fri, 02 Jan 2026 03:04:05 GMT";

pub struct Object {
    pub body: Vec<u8>,
    pub tag: String,
    pub headers: Vec<(String, String)>,
}

pub type Bucket = RwLock<BTreeMap<String, Arc<Object>>>;

#[derive(Default)]
pub struct Upload {
    pub parts: BTreeMap<u32, (Vec<u8>, String)>,
    pub headers: Vec<(String, String)>,
}

#[derive(Default)]
pub struct Store {
    pub buckets: RwLock<HashMap<String, Arc<Bucket>>>,
    pub uploads: Mutex<HashMap<String, Upload>>,
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Object {
    pub fn new(body: Vec<u8>, headers: Vec<(String, String)>) -> Object {
        Object { tag: hex(&md5(&body)), body, headers }
    }
}

impl Upload {
    pub fn whole(self) -> Object {
        let (mut body, mut sums, count) = (Vec::new(), Vec::new(), self.parts.len());
        for (part, _) in self.parts.into_values() {
            sums.extend(md5(&part));
            body.extend(part);
        }
        Object { body, tag: format!("{}-{count}", hex(&md5(&sums))), headers: self.headers }
    }
}

impl Store {
    pub fn bucket(&self, name: &str) -> Option<Arc<Bucket>> {
        self.buckets.read().unwrap().get(name).cloned()
    }

    pub fn make(&self, name: &str) {
        self.buckets.write().unwrap().entry(name.to_string()).or_default();
    }

    /// Objects of one size, the same on every run, no two alike.
    pub fn prefill(&self, name: &str, count: usize, size: usize) {
        self.make(name);
        let mut keys = BTreeMap::new();
        let mut chance: u64 = 88_172_645_463_325_252;
        for number in 0..count {
            let mut body = Vec::with_capacity(size + 8);
            while body.len() < size {
                chance ^= chance << 13;
                chance ^= chance >> 7;
                chance ^= chance << 17;
                body.extend_from_slice(&chance.to_le_bytes());
            }
            body.truncate(size);
            let headers = vec![
                ("content-type".to_string(), "application/pdf".to_string()),
                ("x-amz-meta-number".to_string(), number.to_string()),
            ];
            let key = format!("attestations/2020/{:02}/{number:08}-9f86d081884c7d65.pdf", number % 12 + 1);
            keys.insert(key, Arc::new(Object::new(body, headers)));
        }
        *self.bucket(name).unwrap().write().unwrap() = keys;
    }
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub struct Asked<'a> {
    pub second: bool,
    pub prefix: &'a str,
    pub delimiter: &'a str,
    pub after: &'a str,
    pub most: usize,
}

pub fn page(name: &str, bucket: &Bucket, asked: &Asked) -> String {
    let (mut rows, mut count, mut last, mut more) = (String::with_capacity(300 * asked.most), 0, String::new(), false);
    let keys = bucket.read().unwrap();
    let after = asked.after.to_string();
    let mut from = if after.as_str() < asked.prefix { Included(asked.prefix.to_string()) } else { Excluded(after.clone()) };
    if after.is_empty() {
        from = Included(asked.prefix.to_string());
    }
    'all: loop {
        let mut jump = None;
        for (key, object) in keys.range::<String, _>((from.clone(), Unbounded)) {
            if !key.starts_with(asked.prefix) {
                break 'all;
            }
            let cut = if asked.delimiter.is_empty() { None } else { key[asked.prefix.len()..].find(asked.delimiter) };
            let folder = cut.map(|at| key[..asked.prefix.len() + at + asked.delimiter.len()].to_string());
            if folder.as_ref().is_some_and(|folder| *folder <= after) {
                jump = folder;
                break;
            }
            if count == asked.most {
                more = true;
                break 'all;
            }
            count += 1;
            if let Some(folder) = folder {
                let _ = write!(rows, "<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", escaped(&folder));
                last.clone_from(&folder);
                jump = Some(folder);
                break;
            }
            let _ = write!(
                rows,
                "<Contents><Key>{}</Key><LastModified>{LISTED}</LastModified><ETag>&quot;{}&quot;</ETag><Size>{}</Size>\
                 <StorageClass>STANDARD</StorageClass></Contents>",
                escaped(key), object.tag, object.body.len()
            );
            last.clone_from(key);
        }
        match jump {
            Some(folder) => from = Excluded(folder + "\u{10ffff}"),
            None => break,
        }
    }
    let next = if asked.second { "NextContinuationToken" } else { "NextMarker" };
    let next = if more { format!("<{next}>{}</{next}>", escaped(&last)) } else { String::new() };
    let counted = if asked.second { format!("<KeyCount>{count}</KeyCount>") } else { "<Marker></Marker>".into() };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Name>{name}</Name><Prefix>{}</Prefix><MaxKeys>{}</MaxKeys>{counted}<IsTruncated>{more}</IsTruncated>{next}{rows}\
         </ListBucketResult>",
        escaped(asked.prefix), asked.most
    )
}
