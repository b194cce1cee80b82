//! A loopback S3 stand-in for benchmarks: fast enough never to be what is measured.
//!
//! stub PORT [--latency MICROSECONDS] [--fill BUCKET COUNT SIZE] [--bucket NAME] [--tls CERTIFICATE KEY]
//! It checks no signature and no checksum, and keeps everything in memory.
mod openssl;
mod store;
mod wire;

use openssl::{Context, Link};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;
use store::{escaped, hex, page, Asked, Bucket, Object, Store, Upload, LISTED, MODIFIED};
use wire::{Request, Wire};

static UPLOADS: AtomicU64 = AtomicU64::new(0);
const SPACE: &str = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

#[derive(Default)]
struct Answer {
    status: &'static str,
    headers: String,
    page: String,
    object: Option<(Arc<Object>, usize, usize)>,
}

fn ok() -> Answer {
    Answer { status: "200 OK", ..Answer::default() }
}

fn xml(page: String) -> Answer {
    Answer { page, ..ok() }
}

fn error(status: &'static str, code: &str) -> Answer {
    Answer { status, page: format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>"), ..Answer::default() }
}

fn kept(request: &Request) -> Vec<(String, String)> {
    let content = ["content-type", "cache-control", "content-disposition", "content-language"];
    let wanted = |name: &str| content.contains(&name) || name.starts_with("x-amz-meta-");
    request.headers.iter().filter(|(name, _)| wanted(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn whole_bucket(store: &Store, bucket: &Arc<Bucket>, request: &Request) -> Answer {
    match request.method.as_str() {
        "HEAD" | "PUT" => ok(),
        "DELETE" => {
            store.buckets.write().unwrap().remove(&request.bucket);
            Answer { status: "204 No Content", ..Answer::default() }
        }
        "POST" => {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            let mut keys = bucket.write().unwrap();
            for part in text.split("<Key>").skip(1) {
                keys.remove(part.split("</Key>").next().unwrap_or(""));
            }
            xml(format!("<DeleteResult {SPACE}/>"))
        }
        _ if request.query.contains_key("location") => xml(format!("<LocationConstraint {SPACE}/>")),
        _ if request.query.contains_key("versioning") => xml(format!("<VersioningConfiguration {SPACE}/>")),
        _ if request.query.contains_key("uploads") => xml(format!("<ListMultipartUploadsResult {SPACE}/>")),
        _ => {
            let after = ["continuation-token", "start-after", "marker"].map(|name| request.asks(name));
            xml(page(&request.bucket, bucket, &Asked {
                second: request.query.contains_key("list-type"),
                prefix: request.asks("prefix"),
                delimiter: request.asks("delimiter"),
                after: after.into_iter().find(|name| !name.is_empty()).unwrap_or(""),
                most: request.asks("max-keys").parse().unwrap_or(1000).min(1000),
            }))
        }
    }
}

fn put(store: &Store, bucket: &Arc<Bucket>, request: &mut Request) -> Answer {
    let body = std::mem::take(&mut request.body);
    if let Ok(number) = request.asks("partNumber").parse() {
        let tag = hex(&openssl::md5(&body));
        let headers = format!("ETag: \"{tag}\"\r\n");
        if let Some(upload) = store.uploads.lock().unwrap().get_mut(request.asks("uploadId")) {
            upload.parts.insert(number, (body, tag));
        }
        return Answer { headers, ..ok() };
    }
    let object = Object::new(body, kept(request));
    let headers = format!("ETag: \"{}\"\r\n", object.tag);
    bucket.write().unwrap().insert(request.key.clone(), Arc::new(object));
    Answer { headers, ..ok() }
}

fn post(store: &Store, bucket: &Arc<Bucket>, request: &Request) -> Answer {
    let place = format!("<Bucket>{}</Bucket><Key>{}</Key>", request.bucket, escaped(&request.key));
    if request.query.contains_key("uploads") {
        let name = format!("upload{}", UPLOADS.fetch_add(1, Ordering::Relaxed));
        let upload = Upload { headers: kept(request), ..Upload::default() };
        store.uploads.lock().unwrap().insert(name.clone(), upload);
        let root = "InitiateMultipartUploadResult";
        return xml(format!("<{root} {SPACE}>{place}<UploadId>{name}</UploadId></{root}>"));
    }
    let Some(upload) = store.uploads.lock().unwrap().remove(request.asks("uploadId")) else {
        return error("404 Not Found", "NoSuchUpload");
    };
    let object = upload.whole();
    let tag = object.tag.clone();
    bucket.write().unwrap().insert(request.key.clone(), Arc::new(object));
    let root = "CompleteMultipartUploadResult";
    xml(format!("<{root} {SPACE}>{place}<ETag>&quot;{tag}&quot;</ETag></{root}>"))
}

fn read(bucket: &Arc<Bucket>, request: &Request) -> Answer {
    let Some(object) = bucket.read().unwrap().get(&request.key).cloned() else {
        return error("404 Not Found", "NoSuchKey");
    };
    if request.query.contains_key("tagging") {
        return xml(format!("<Tagging {SPACE}><TagSet/></Tagging>"));
    }
    let size = object.body.len();
    let (mut first, mut end, mut answer) = (0, size, ok());
    if let Some((from, to)) = request.header("range").trim_start_matches("bytes=").split_once('-') {
        match from.parse::<usize>() {
            Ok(from) => {
                first = from.min(size);
                end = to.parse::<usize>().map_or(size, |to| (to + 1).min(size));
            }
            Err(_) => first = size - to.parse::<usize>().unwrap_or(0).min(size),
        }
        answer.status = "206 Partial Content";
        answer.headers = format!("Content-Range: bytes {first}-{}/{size}\r\n", end.max(1) - 1);
    }
    answer.headers += &format!("ETag: \"{}\"\r\nLast-Modified: {MODIFIED}\r\nAccept-Ranges: bytes\r\n", object.tag);
    for (name, value) in &object.headers {
        answer.headers += &format!("{name}: {value}\r\n");
    }
    answer.object = Some((object, first, end));
    answer
}

fn answered(store: &Store, request: &mut Request) -> Answer {
    if request.bucket.is_empty() {
        let names = store.buckets.read().unwrap();
        let each = |name: &String| format!("<Bucket><Name>{name}</Name><CreationDate>{LISTED}</CreationDate></Bucket>");
        let buckets: String = names.keys().map(each).collect();
        let owner = "<Owner><ID>x</ID></Owner>";
        return xml(format!("<ListAllMyBucketsResult {SPACE}>{owner}<Buckets>{buckets}</Buckets></ListAllMyBucketsResult>"));
    }
    if request.key.is_empty() && request.method == "PUT" {
        store.make(&request.bucket);
    }
    let Some(bucket) = store.bucket(&request.bucket) else {
        return error("404 Not Found", "NoSuchBucket");
    };
    match request.method.as_str() {
        _ if request.key.is_empty() => whole_bucket(store, &bucket, request),
        "PUT" => put(store, &bucket, request),
        "POST" => post(store, &bucket, request),
        "DELETE" => {
            if request.query.contains_key("uploadId") {
                store.uploads.lock().unwrap().remove(request.asks("uploadId"));
            } else {
                bucket.write().unwrap().remove(&request.key);
            }
            Answer { status: "204 No Content", ..Answer::default() }
        }
        _ => read(&bucket, request),
    }
}

fn serve(store: &Store, stream: TcpStream, context: Option<&Context>, latency: u64) -> Option<()> {
    let mut wire = Wire::new(Link::new(stream, context)?);
    loop {
        let mut request = wire.request()?;
        if latency > 0 {
            std::thread::sleep(Duration::from_micros(latency));
        }
        let answer = answered(store, &mut request);
        let body = match &answer.object {
            Some((object, first, end)) => &object.body[*first..*end],
            None => answer.page.as_bytes(),
        };
        let kind = if answer.page.is_empty() { "" } else { "Content-Type: application/xml\r\n" };
        let length = match answer.status.starts_with("204") {
            true => String::new(),
            false => format!("Content-Length: {}\r\n", body.len()),
        };
        let date = httpdate();
        let head = format!("HTTP/1.1 {}\r\nDate: {date}\r\n{kind}{length}{}\r\n", answer.status, answer.headers);
        wire.send(head.into_bytes(), if request.method == "HEAD" { &[] } else { body })?;
        if request.header("connection").eq_ignore_ascii_case("close") {
            return None;
        }
    }
}

fn httpdate() -> String {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    let (days, seconds) = (now / 86_400, now % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let part = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * part + 2) / 5 + 1, if part < 10 { part + 3 } else { part - 9 });
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let week = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(days % 7) as usize];
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{week}, {day:02} {} {year} {hour:02}:{minute:02}:{second:02} GMT", months[(month - 1) as usize])
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let after = |flag: &str| words.iter().position(|word| word == flag).map(|at| &words[at + 1..]);
    let store = Arc::new(Store::default());
    if let Some(fill) = after("--fill") {
        store.prefill(&fill[0], fill[1].parse().unwrap(), fill[2].parse().unwrap());
    }
    if let Some(name) = after("--bucket") {
        store.make(&name[0]);
    }
    let latency = after("--latency").map_or(0, |words| words[0].parse().unwrap());
    let context = Arc::new(after("--tls").map(|files| Context::new(&files[0], &files[1])));
    let listener = TcpListener::bind(format!("127.0.0.1:{}", words[1])).unwrap();
    for stream in listener.incoming().flatten() {
        let (store, context) = (store.clone(), context.clone());
        let serve = move || serve(&store, stream, context.as_ref().as_ref(), latency);
        std::thread::Builder::new().stack_size(256 * 1024).spawn(serve).unwrap();
    }
}
