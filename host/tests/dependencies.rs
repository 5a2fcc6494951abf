//! The host never contains the engine: a command that bypassed the sandbox would break the
//! promise that every host applies the same bytes.

#[cfg(test)]
mod tests {
    use std::process::Command;

    #[test]
    fn the_engine_is_no_dependency() {
        let output = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "--package",
                "hushgate",
                "--edges",
                "normal",
            ])
            .args(["--prefix", "none", "--format", "{p}"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let tree = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        assert!(
            tree.contains("wasmtime v48."),
            "no dependencies listed:\n{tree}"
        );
        let own: Vec<&str> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .filter(|name| name.starts_with("hushgate"))
            .collect();
        assert_eq!(own, ["hushgate"], "{tree}");
    }
}
