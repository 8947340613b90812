//! A script that clicks, and that says when something is to happen elsewhere.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Stdio},
};

use tokio::sync::mpsc;

use crate::web::{Desk, browser, people::PASSWORD};

/// A browser on its way through a story.
pub(super) struct Walk {
    child: Child,
    answers: ChildStdin,
    lines: mpsc::UnboundedReceiver<String>,
    /// What it printed besides.
    said: String,
}

impl Walk {
    pub(super) fn start(story: &str, desk: &Desk, tools: &(PathBuf, PathBuf)) -> Self {
        let mut command = browser::script("stories.cjs", &desk.base, tools);
        command.env("STORY", story).env("PASSWORD", PASSWORD);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.spawn().expect("node runs");
        let answers = child.stdin.take().expect("a pipe");
        let reader = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in reader.lines().map_while(Result::ok) {
                // The test may have ended already.
                let _sent = sender.send(line);
            }
        });
        Self { child, answers, lines, said: String::new() }
    }

    /// What is to happen elsewhere, until the story is over.
    pub(super) async fn next(&mut self) -> Option<String> {
        while let Some(line) = self.lines.recv().await {
            if let Some(stage) = line.strip_prefix("STAGE ") {
                return Some(stage.to_string());
            }
            self.said += &line;
            self.said.push('\n');
        }
        None
    }

    /// It happened.
    pub(super) fn go_on(&mut self) {
        self.answers.write_all(b"done\n").expect("a script that listens");
    }

    /// Nothing was wrong.
    pub(super) fn end(mut self) {
        let status = self.child.wait().expect("an end");
        assert!(status.success(), "{}", self.said);
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}
