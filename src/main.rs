#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    askfirst::cli::main()
}
