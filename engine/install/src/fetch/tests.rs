//! Packages from a server, from repositories and from files of this machine.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;
use crate::network::{HttpNetwork, HttpSettings};
use crate::testing::{Answer, Server, write_files};

fn network() -> HttpNetwork {
    let settings =
        HttpSettings { user_agent: "t".into(), http_proxy: None, https_proxy: None, no_proxy: None, retries: 0 };
    HttpNetwork::new(settings)
}

/// What fetching an address leaves: paths and texts of files (`x` marks executable ones), or the error.
fn fetch_with(address: &str, settings: FetchSettings) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let network = network();
    let fetcher = PackageFetcher::new(&network, settings);
    let to = folder.path().join("package");
    let result = fetcher.fetch(address, &to);
    let shown = result.map(|()| list(&to)).map_err(|error| error.to_string());
    let left: Vec<_> = fs_err::read_dir(folder.path()).expect("readable").flatten().map(|e| e.file_name()).collect();
    let expected: &[&str] = if shown.is_ok() { &["package"] } else { &[] };
    assert_eq!(left, expected, "nothing else is left behind");
    shown
}

fn fetch(address: &str) -> Result<String, String> {
    fetch_with(address, FetchSettings::default())
}

fn list(folder: &Path) -> String {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs_err::read_dir(next).expect("readable").flatten() {
            let path = entry.path();
            let name = path.strip_prefix(folder).expect("below").display().to_string();
            let kind = fs_err::symlink_metadata(&path).expect("there");
            if name == ".git" || name == ".hg" {
                continue;
            } else if kind.is_symlink() {
                found.push(format!("{name} -> {}", fs_err::read_link(&path).expect("a link").display()));
            } else if kind.is_dir() {
                folders.push(path);
            } else {
                let executable = std::os::unix::fs::PermissionsExt::mode(&kind.permissions()) & 0o100 != 0;
                let mark = if executable { "x" } else { "" };
                found.push(format!("{name}{mark}={}", fs_err::read_to_string(path).expect("text")));
            }
        }
    }
    found.sort();
    found.join(" ")
}

/// An entry of an archive: name, and content or link target or nothing for a folder.
#[derive(Clone, Copy)]
enum Entry<'a> {
    File(&'a str, &'a str),
    Script(&'a str, &'a str),
    Folder(&'a str),
    Link(&'a str, &'a str),
    Same(&'a str, &'a str),
    Pipe(&'a str),
}

fn tar(entries: &[Entry]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for entry in entries {
        let (name, kind, content, target, mode) = match *entry {
            Entry::File(name, content) => (name, tar::EntryType::Regular, content, "", 0o600),
            Entry::Script(name, content) => (name, tar::EntryType::Regular, content, "", 0o700),
            Entry::Folder(name) => (name, tar::EntryType::Directory, "", "", 0o755),
            Entry::Link(name, target) => (name, tar::EntryType::Symlink, "", target, 0o777),
            Entry::Same(name, target) => (name, tar::EntryType::Link, "", target, 0o644),
            Entry::Pipe(name) => (name, tar::EntryType::Fifo, "", "", 0o644),
        };
        let mut header = tar::Header::new_gnu();
        // Not by the library's own setter, which refuses the bad names that are to be tried.
        let bytes = &mut header.as_gnu_mut().expect("a GNU header").name;
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        if !target.is_empty() {
            header.set_link_name_literal(target).expect("a target");
        }
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, content.as_bytes()).expect("appended");
    }
    builder.into_inner().expect("written")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("compressed");
    encoder.finish().expect("compressed")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).expect("compressed");
    encoder.finish().expect("compressed")
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for entry in entries {
        match *entry {
            Entry::File(name, content) | Entry::Same(name, content) => {
                writer.start_file(name, options.unix_permissions(0o644)).expect("an entry");
                writer.write_all(content.as_bytes()).expect("written");
            }
            Entry::Script(name, content) => {
                writer.start_file(name, options.unix_permissions(0o755)).expect("an entry");
                writer.write_all(content.as_bytes()).expect("written");
            }
            Entry::Link(name, target) => writer.add_symlink(name, target, options).expect("an entry"),
            Entry::Folder(name) | Entry::Pipe(name) => writer.add_directory(name, options).expect("an entry"),
        }
    }
    writer.finish().expect("written").into_inner()
}

/// "x" in `main.tf`, compressed by xz, as no encoder is at hand.
const TAR_XZ: &str = include_str!("testdata/main.tar.xz.base64");

const FILES: [Entry; 4] = [
    Entry::Folder("sub/"),
    Entry::File("sub/main.tf", "m"),
    Entry::Script("sub/run.sh", "r"),
    Entry::Link("link.tf", "sub/main.tf"),
];
const UNPACKED: &str = "link.tf -> sub/main.tf sub/main.tf=m sub/run.shx=r";

/// A server with files by path.
fn server(files: Vec<(&'static str, Vec<u8>)>) -> Server {
    Server::start(move |request| {
        let path = request.path.split('?').next().unwrap_or_default();
        let found = files.iter().find(|(name, _)| *name == path);
        found.map_or_else(|| Answer::text(404, ""), |(_, bytes)| Answer::bytes(200, bytes))
    })
}

#[test]
fn archives_of_every_kind() {
    use base64::Engine;
    let xz = base64::engine::general_purpose::STANDARD.decode(TAR_XZ.trim()).expect("base64");
    let server = server(vec![
        ("/a.zip", zip(&FILES)),
        ("/a.tar.gz", gzip(&tar(&FILES))),
        ("/a.tgz", gzip(&tar(&FILES))),
        ("/a.tar.bz2", bzip2(&tar(&FILES))),
        ("/a.tbz2", bzip2(&tar(&FILES))),
        ("/a.tar.xz", xz),
        ("/download", zip(&FILES)),
        ("/a.gz", gzip(b"x")),
        ("/bad.zip", b"no zip".to_vec()),
        ("/bad.tar.gz", gzip(b"no tar at all, but long enough to look like a header if there were more of it")),
        ("/cut.tar.gz", gzip(&tar(&FILES))[..60].to_vec()),
        ("/empty.zip", zip(&[])),
        ("/empty.tar.gz", gzip(&tar(&[]))),
    ]);
    let get = |path: &str| fetch(&server.address(path));
    for path in ["/a.zip", "/a.tar.gz", "/a.tgz", "/a.tar.bz2", "/a.tbz2", "/download?archive=zip"] {
        assert_eq!(get(path).as_deref(), Ok(UNPACKED), "{path}");
    }
    assert_eq!(get("/a.tar.xz").as_deref(), Ok("main.tf=x"));
    assert_eq!(get("/a.zip//sub").as_deref(), Ok("main.tf=m run.shx=r"));
    assert_eq!(get("/a.zip//s*").as_deref(), Ok("main.tf=m run.shx=r"));
    let error = |path: &str| get(path).expect_err(path).replace(&server.address(""), "");
    assert_eq!(error("/a.zip//nope"), "subdir \"nope\" not found");
    assert_eq!(error("/a.zip//*"), "subdir \"*\" matches multiple paths");
    assert_eq!(error("/nope.zip"), "error downloading '/nope.zip': bad response code: 404");
    assert_eq!(error("/a.gz"), "gzip-compressed files can only unarchive to a single file");
    assert_eq!(error("/empty.zip"), "empty archive");
    assert_eq!(error("/empty.tar.gz"), "empty archive");
    for bad in ["/bad.zip", "/bad.tar.gz", "/cut.tar.gz"] {
        assert!(error(bad).starts_with("cannot "), "{bad}: {}", error(bad));
    }
}

#[test]
fn archives_do_not_escape() {
    let outside = tempfile::tempdir().expect("a folder");
    let absolute = outside.path().display().to_string();
    let absolute_file = format!("{absolute}/evil");
    let cases: Vec<(Vec<Entry>, &str)> = vec![
        (vec![Entry::File("../evil", "x")], "entry contains '..': ../evil"),
        (vec![Entry::File("a/../../evil", "x")], "entry contains '..': a/../../evil"),
        (vec![Entry::File("..\\evil", "x")], "entry contains '..': ..\\evil"),
        (vec![Entry::Link("l", &absolute), Entry::File("l/evil", "x")], "File exists"),
        (vec![Entry::Link("l", &absolute)], "outside of the archive"),
        (vec![Entry::Link("l", "../outside")], "outside of the archive"),
        (vec![Entry::Link("a/l", "../..")], "outside of the archive"),
        (
            vec![Entry::Folder("d/e/"), Entry::Link("d/up", "e/../../.."), Entry::File("x", "")],
            "outside of the archive",
        ),
        (vec![Entry::Link("a", "b"), Entry::Link("b", "..")], "outside of the archive"),
    ];
    for (entries, expected) in &cases {
        let server = server(vec![("/a.tar.gz", gzip(&tar(entries)))]);
        let error = fetch(&server.address("/a.tar.gz")).expect_err(expected);
        assert!(error.contains(expected), "{error}");
        assert!(!Path::new(&absolute_file).exists());
    }
    for (entries, expected) in cases.iter().filter(|(entries, _)| !matches!(entries[0], Entry::File("..\\evil", _))) {
        let server = server(vec![("/a.zip", zip(entries))]);
        let error = fetch(&server.address("/a.zip")).expect_err(expected);
        assert!(error.contains(expected), "{error}");
        assert!(!Path::new(&absolute_file).exists());
    }
    let server = server(vec![
        ("/abs.tar.gz", gzip(&tar(&[Entry::File(&absolute_file, "x"), Entry::Same("copy", &absolute_file)]))),
        ("/hard.tar.gz", gzip(&tar(&[Entry::Same("copy", "/etc/passwd")]))),
        ("/pipe.tar.gz", gzip(&tar(&[Entry::Pipe("p")]))),
        ("/dangling.tar.gz", gzip(&tar(&[Entry::Link("d/l", "../nowhere")]))),
    ]);
    let inside = fetch(&server.address("/abs.tar.gz")).expect("unpacked below the folder");
    assert_eq!(inside, format!("copy=x {}=x", absolute_file.trim_start_matches('/')));
    assert!(fetch(&server.address("/hard.tar.gz")).is_err());
    assert!(fetch(&server.address("/pipe.tar.gz")).expect_err("a pipe").contains("kind that packages do not hold"));
    assert_eq!(fetch(&server.address("/dangling.tar.gz")).as_deref(), Ok("d/l -> ../nowhere"));
}

#[test]
fn archives_have_limits() {
    let big = "x".repeat(10_000);
    let server = server(vec![
        ("/big.tar.gz", gzip(&tar(&[Entry::File("a", &big)]))),
        ("/big.zip", zip(&[Entry::File("a", &big)])),
        ("/many.zip", zip(&[Entry::File("a", ""), Entry::File("b", ""), Entry::Folder("c/")])),
    ]);
    let limits = Limits { archive_bytes: 1000, unpacked_bytes: 9_999, entries: 2 };
    let get =
        |path: &str, limits| fetch_with(&server.address(path), FetchSettings { limits, ..FetchSettings::default() });
    for path in ["/big.tar.gz", "/big.zip"] {
        assert_eq!(get(path, limits), Err("archive larger than limit: 9999 bytes".to_owned()));
        assert!(get(path, Limits { unpacked_bytes: 10_000, ..limits }).is_ok());
        let error = get(path, Limits { archive_bytes: 20, ..limits }).expect_err("too large");
        assert!(error.ends_with("it is larger than 20 bytes"), "{error}");
    }
    assert_eq!(get("/many.zip", limits), Err("archive contains too many files: more than 2".to_owned()));
}

#[test]
fn checksums() {
    use sha2::Digest;
    let archive = zip(&FILES);
    let sum = hex::encode(sha2::Sha256::digest(&archive));
    let wrong = "0".repeat(64);
    let server = server(vec![
        ("/a.zip", archive),
        ("/SUMS", format!("{wrong}  other.zip\n{sum} *a.zip\n").into_bytes()),
        ("/NONE", format!("{wrong}  other.zip\n").into_bytes()),
    ]);
    let get = |query: &str| fetch(&server.address(&format!("/a.zip?{query}")));
    assert_eq!(get(&format!("checksum=sha256:{sum}")).as_deref(), Ok(UNPACKED));
    assert_eq!(get(&format!("checksum={sum}")).as_deref(), Ok(UNPACKED));
    assert_eq!(get(&format!("checksum=file:{}", server.address("/SUMS"))).as_deref(), Ok(UNPACKED));
    let message = format!("Checksums did not match for a.zip.\nExpected: {wrong}\nGot: {sum}");
    assert_eq!(get(&format!("checksum=sha256:{wrong}")), Err(message));
    assert_eq!(get("checksum=crc:00"), Err("invalid checksum: unsupported checksum type: crc".to_owned()));
    let error = get(&format!("checksum=file:{}", server.address("/NONE"))).expect_err("not in the list");
    assert!(error.starts_with("invalid checksum: no checksum found in: http://"), "{error}");
    let folder = fetch("git::file:///nowhere?checksum=sha256:00");
    assert_eq!(folder, Err("checksum cannot be specified for directory download".to_owned()));
}

#[test]
fn servers_that_point_elsewhere() {
    let server = Server::start(|request| match request.path.as_str() {
        "/header?terraform-get=1" => Answer::text(200, "").header("X-Terraform-Get", "./a.zip//sub"),
        "/page?x=1&terraform-get=1" => {
            Answer::text(200, r#"<head><meta name="terraform-get" content="/a.zip"></head>"#)
        }
        "/a.zip" => Answer::bytes(200, &zip(&FILES)),
        "/loop?terraform-get=1" => Answer::text(204, "").header("X-Terraform-Get", "/loop"),
        "/local?terraform-get=1" => Answer::text(200, "").header("X-Terraform-Get", "file:///etc"),
        "/none?terraform-get=1" => Answer::text(200, "<html></html>"),
        "/odd?terraform-get=1" => Answer::text(200, "").header("X-Terraform-Get", "gopher://x/y"),
        _ => Answer::text(404, ""),
    });
    let get = |path: &str| fetch(&server.address(path));
    assert_eq!(get("/header").as_deref(), Ok("main.tf=m run.shx=r"));
    assert_eq!(get("/page?x=1").as_deref(), Ok(UNPACKED));
    let error = |path: &str| get(path).expect_err(path).replace(&server.address(""), "");
    assert_eq!(error("/loop"), "too many X-Terraform-Get redirects");
    assert!(error("/local").ends_with("leads to a file of this machine, which servers may not"));
    assert_eq!(error("/none"), "error downloading '/none': no source URL was returned");
    assert_eq!(error("/missing"), "error downloading '/missing': bad response code: 404");
    assert_eq!(error("/odd"), "download not supported for scheme 'gopher'");
}

#[test]
fn downloads_use_netrc() {
    let server = server(vec![("/a.zip", zip(&FILES))]);
    let settings =
        FetchSettings { netrc: Netrc::parse("machine 127.0.0.1 login u password p"), ..FetchSettings::default() };
    assert_eq!(fetch_with(&server.address("/a.zip"), settings).as_deref(), Ok(UNPACKED));
    assert_eq!(server.requests()[0].header("authorization"), Some("Basic dTpw"));
}

#[test]
fn other_stores_and_schemes() {
    let error = fetch("s3::https://s3.amazonaws.com/b/x.zip").expect_err("not supported");
    assert!(error.starts_with("Amazon S3 sources are not supported by Landform yet."), "{error}");
    let error = fetch("gcs::https://www.googleapis.com/storage/v1/b/x.zip").expect_err("not supported");
    assert!(error.starts_with("Google Cloud Storage sources are not supported"), "{error}");
    assert_eq!(fetch("ftp://host/x"), Err("download not supported for scheme 'ftp'".to_owned()));
}

#[test]
fn folders_and_archives_of_this_machine() {
    let folder = tempfile::tempdir().expect("a folder");
    write_files(folder.path(), &[("m/main.tf", "m"), ("m/sub/x.tf", "x")]);
    fs_err::write(folder.path().join("a.zip"), zip(&FILES)).expect("written");
    let at = |path: &str| format!("file://{}{path}", folder.path().display());
    assert_eq!(fetch(&at("/m")).as_deref(), Ok("main.tf=m sub/x.tf=x"));
    assert_eq!(fetch(&at("/m//sub")).as_deref(), Ok("x.tf=x"));
    assert_eq!(fetch(&at("/a.zip")).as_deref(), Ok(UNPACKED));
    let gone = folder.path().join("nope").display().to_string();
    let why = format!("error downloading 'file://{gone}': source path error: stat {gone}: no such file or directory");
    assert_eq!(fetch(&at("/nope")), Err(why));
    assert_eq!(fetch(&at("/m/main.tf")), Err("source path must be a directory".to_owned()));
    assert!(fetch(&at("/nope.zip")).is_err());
}

#[test]
fn what_was_there_is_replaced_only_by_success() {
    let folder = tempfile::tempdir().expect("a folder");
    write_files(folder.path(), &[("to/old.tf", "o"), ("m/new.tf", "n")]);
    let network = network();
    let fetcher = PackageFetcher::new(&network, FetchSettings::default());
    let to = folder.path().join("to");
    assert!(fetcher.fetch("file:///landform/nowhere", &to).is_err());
    assert_eq!(list(&to), "old.tf=o");
    fetcher.fetch(&format!("file://{}", folder.path().join("m").display()), &to).expect("fetched");
    assert_eq!(list(&to), "new.tf=n");
}

#[test]
fn an_address_is_fetched_once() {
    let server = server(vec![("/a.zip", zip(&FILES))]);
    let folder = tempfile::tempdir().expect("a folder");
    let network = network();
    let fetcher = PackageFetcher::new(&network, FetchSettings::default());
    for name in ["one", "two"] {
        fetcher.fetch(&server.address("/a.zip"), &folder.path().join(name)).expect("fetched");
        assert_eq!(list(&folder.path().join(name)), UNPACKED);
    }
    assert_eq!(server.paths().len(), 1);
}

/// A repository with a branch `main`, a tag `v1` (`main.tf` is "1") and a newer commit ("2").
fn repository() -> (tempfile::TempDir, PathBuf, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("repo");
    fs_err::create_dir(&path).expect("a folder");
    write_files(&path, &[("main.tf", "1"), ("sub/x.tf", "x")]);
    git(&path, &["init", "-q", "-b", "main"]);
    commit(&path);
    git(&path, &["tag", "v1"]);
    let first = git(&path, &["rev-parse", "HEAD"]);
    write_files(&path, &[("main.tf", "2")]);
    commit(&path);
    (folder, path, first)
}

fn commit(path: &Path) {
    git(path, &["add", "."]);
    git(path, &["-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-qm", "m"]);
}

fn git(path: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").current_dir(path).args(arguments).output().expect("git is there");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn repositories() {
    let (_folder, path, first) = repository();
    let get = |query: &str| fetch(&format!("git::file://{}{query}", path.display()));
    assert_eq!(get("").as_deref(), Ok("main.tf=2 sub/x.tf=x"));
    assert_eq!(get("?ref=v1").as_deref(), Ok("main.tf=1 sub/x.tf=x"));
    assert_eq!(get(&format!("?ref={first}")).as_deref(), Ok("main.tf=1 sub/x.tf=x"));
    assert_eq!(get("?depth=1&ref=v1").as_deref(), Ok("main.tf=1 sub/x.tf=x"));
    assert_eq!(get("?depth=1").as_deref(), Ok("main.tf=2 sub/x.tf=x"));
    assert_eq!(get("//sub?ref=v1").as_deref(), Ok("x.tf=x"));
    let error = get("?ref=nope").expect_err("no such reference");
    assert!(error.starts_with("git checkout nope exited with 1: ") && error.contains("nope"), "{error}");
    let error = get(&format!("?depth=1&ref={first}")).expect_err("a commit");
    assert!(error.ends_with("(note that setting 'depth' requires 'ref' to be a branch or tag name)"), "{error}");
    assert_eq!(get("?ref=--help"), Err("\"--help\" is no reference of a git repository".to_owned()));
    assert_eq!(get("?sshkey=%21"), Err("the \"sshkey\" is not base64".to_owned()));
    assert!(fetch("git::file:///landform/nowhere").is_err());
}

#[test]
fn repositories_with_submodules() {
    let (_inner_folder, inner, _) = repository();
    let (_folder, path, _) = repository();
    let url = format!("file://{}", inner.display());
    git(&path, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "inner"]);
    commit(&path);
    // git allows submodules from files only where it is told so.
    let wrapper = path.parent().expect("a folder").join("git-with-files");
    fs_err::write(&wrapper, "#!/bin/sh\nexec git -c protocol.file.allow=always \"$@\"\n").expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs_err::set_permissions(&wrapper, mode).expect("executable");
    let settings = FetchSettings { git: wrapper, ..FetchSettings::default() };
    let found = fetch_with(&format!("git::file://{}", path.display()), settings).expect("fetched");
    assert!(found.contains("inner/main.tf=2 inner/sub/x.tf=x"), "{found}");
}

#[test]
fn ssh_keys_are_handed_to_git_and_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("fake-git");
    let script = "#!/bin/sh\n[ \"$1\" = clone ] || exit 0\nset -- $GIT_SSH_COMMAND\nmkdir \"$PWD/made\" && echo \"$1 $2 $3\" > \
                  \"$PWD/made/command\"\ncat \"$5\" > \"$PWD/made/key\"\nstat -c %a \"$5\" > \"$PWD/made/mode\"\nexit 9\n";
    fs_err::write(&program, script.replace("$PWD", &folder.path().display().to_string())).expect("written");
    fs_err::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("executable");
    let settings =
        FetchSettings { git: program, git_ssh_command: Some("myssh -o x".into()), ..FetchSettings::default() };
    let error = fetch_with("git::ssh://git@host/r.git?sshkey=a2V5&ref=v1", settings).expect_err("exit 9");
    assert!(error.contains("exited with 9") && !error.contains("a2V5"), "{error}");
    let read = |name: &str| fs_err::read_to_string(folder.path().join("made").join(name)).expect("written");
    assert_eq!((read("command").trim(), read("key").as_str()), ("myssh -o x", "key"));
    assert_eq!(read("mode").trim(), "600");
}

#[test]
fn programs_that_are_not_there() {
    let settings =
        FetchSettings { git: "landform-no-git".into(), hg: "landform-no-hg".into(), ..FetchSettings::default() };
    let error = |address: &str| fetch_with(address, settings.clone()).expect_err("no program");
    assert_eq!(error("git::https://host/r.git"), "landform-no-git must be available and on the PATH");
    assert_eq!(error("hg::https://host/r"), "landform-no-hg must be available and on the PATH");
}
