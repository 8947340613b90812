//! Programs of others that tests talk to, as `cargo xtask outside` installs them. Where one is
//! missing its test is skipped, says so, and is counted by `cargo xtask ci` as skipped.

use std::{
    fs::OpenOptions,
    io::Write,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long a program may take until it accepts connections.
const START: Duration = Duration::from_secs(60);

/// A program from `PyPI`.
pub(crate) fn python(program: &str) -> Option<PathBuf> {
    installed(Path::new("venv/bin").join(program))
}

/// A program from npm.
pub(crate) fn node(program: &str) -> Option<PathBuf> {
    installed(Path::new("node/node_modules/.bin").join(program))
}

/// The folder of everything from npm.
pub(crate) fn node_modules() -> Option<PathBuf> {
    installed(PathBuf::from("node/node_modules"))
}

/// A browser.
pub(crate) fn chromium() -> Option<PathBuf> {
    debian("chromium")
}

/// A program from Debian.
pub(crate) fn debian(program: &str) -> Option<PathBuf> {
    found(Path::new("/usr/bin").join(program))
}

fn installed(path: PathBuf) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/outside");
    let folder = std::env::var_os("FIREDAMP_OUTSIDE").map_or_else(beside, PathBuf::from);
    found(folder.join(path))
}

fn found(path: PathBuf) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    skip(&path.file_name().unwrap_or_default().to_string_lossy());
    None
}

/// Says that a test is skipped for want of something, where it is counted.
pub(crate) fn skip(what: &str) {
    let thread = std::thread::current();
    let line = format!("skipped: {}: there is no {what}\n", thread.name().unwrap_or("a test"));
    eprint!("{line}");
    if let Some(skips) = std::env::var_os("FIREDAMP_SKIPS") {
        let file = OpenOptions::new().create(true).append(true).open(skips);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("a list of skipped tests");
    }
}

/// A port of this machine that nobody listens at.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound socket").port()
}

/// Waits until somebody listens at a port beside the one that a [`Server`] was waited for at.
pub(crate) fn wait_for(port: u16) {
    let began = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(began.elapsed() < START, "nobody listens at {port}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A program that listens on this machine until the test is over.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts it and waits until it accepts connections at `port`.
    pub(crate) fn start(command: &mut Command, port: u16) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("a program that starts");
        let mut server = Self { address: (Ipv4Addr::LOCALHOST, port).into(), child };
        let began = Instant::now();
        while TcpStream::connect(server.address).is_err() {
            let ended = server.child.try_wait().expect("a child");
            assert_eq!(ended, None, "{command:?} ended before it listened");
            assert!(began.elapsed() < START, "{command:?} does not listen at {port}");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// The place itself: what is installed starts and is gone afterwards.
#[test]
fn a_program_of_others_starts_and_ends() {
    let Some(moto) = python("moto_server") else { return };
    let port = free_port();
    let mut command = Command::new(moto);
    let server = Server::start(command.args(["--port", &port.to_string()]), port);
    let address = server.address;
    drop(server);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn programs_of_others_say_their_versions() {
    let programs = [node("azurite"), debian("chromedriver"), chromium()];
    for program in programs.into_iter().flatten() {
        let said = Command::new(&program).arg("--version").output().expect("a program");
        let version = String::from_utf8_lossy(&said.stdout);
        assert!(version.contains('.'), "{}: {version}", program.display());
    }
    let Some(modules) = node_modules() else { return };
    assert!(modules.join("axe-core/package.json").exists());
}
