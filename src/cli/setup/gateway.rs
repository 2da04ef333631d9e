//! The gateway: its password and certificate made, and what to enter in the mail program.

use super::clients::Client;
use super::prompts::Prompts;
use super::{Gateway, GatewayTls, Setting, write};
use crate::cli::Failure;
use crate::config::{Config, Secret};
use crate::edge::{keyring, settings};
use secrecy::{ExposeSecret as _, SecretString};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

const PLAIN: u16 = 1587;
const TLS: u16 = 1465;

impl Setting<'_> {
    /// Which programs are used, what holds there, and the gateway where it can work.
    pub(super) fn gateway(&self, asked_for: bool) -> Result<(), Failure> {
        let prompts = &self.prompts;
        let config = settings::load(Some(&self.file)).map_err(Failure::CouldNot)?;
        let names: Vec<&str> = Client::ALL.iter().map(|c| c.name()).collect();
        let mut used = Vec::new();
        if prompts.interactive {
            prompts.heading("Your mail programs");
            let chosen = prompts.several("With what do you write mail?", &names)?;
            used = Client::ALL
                .into_iter()
                .enumerate()
                .filter(|(n, _)| chosen.contains(n))
                .map(|(_, client)| client)
                .collect();
            for client in &used {
                prompts.say(&format!(
                    "{}: {}",
                    client.name(),
                    client.what_can_be_stopped()
                ));
            }
        }
        if config.gateway.enabled {
            return Ok(());
        }
        let fits = used.iter().any(|client| client.takes_a_gateway());
        if !asked_for && !self.wishes.gateway && !fits {
            return Ok(());
        }
        if !asked_for && !self.wishes.gateway {
            prompts.say(
                "\nThe gateway is a small outgoing server on this computer. Your mail program \
                 sends through it, so that a pressed Send can be stopped; all other mail goes \
                 through at once. The way back is one setting in your mail program.",
            );
            if !prompts.yes("Set up the gateway?", false)? {
                return Ok(());
            }
        }
        let (gateway, password) = make(prompts, &self.file)?;
        let text = std::fs::read_to_string(&self.file)
            .map_err(|error| Failure::CouldNot(error.to_string()))?;
        let text = write::with_gateway(&text, Some(&gateway)).map_err(Failure::CouldNot)?;
        let config = self.write(&text)?;
        show(prompts, &config, &gateway, &password, &used);
        Ok(())
    }
}

fn make(prompts: &Prompts, file: &Path) -> Result<(Gateway, SecretString), Failure> {
    let password = password()?;
    let entry = Secret::Keyring("gateway".to_owned());
    let secret = match keyring::set("gateway", &password) {
        Ok(()) => entry,
        Err(_) => {
            let path = file.with_file_name("gateway.password");
            let line = format!("{}\n", password.expose_secret());
            write::save(&path, line.as_bytes()).map_err(Failure::CouldNot)?;
            Secret::File(path)
        }
    };
    let tls = match certificate() {
        Ok((cert, key)) => {
            let (cert_file, key_file) = (
                file.with_file_name("gateway.pem"),
                file.with_file_name("gateway.key"),
            );
            write::save(&cert_file, cert.as_bytes()).map_err(Failure::CouldNot)?;
            write::save(&key_file, key.as_bytes()).map_err(Failure::CouldNot)?;
            Some(GatewayTls {
                listen: free(TLS),
                cert: cert_file,
                key: key_file,
            })
        }
        Err(why) => {
            prompts.bad(&format!("no certificate could be made: {why}"));
            None
        }
    };
    let listen = free(PLAIN);
    Ok((
        Gateway {
            listen,
            tls,
            secret,
        },
        password,
    ))
}

/// The usual port, or the next that nobody has.
fn free(usual: u16) -> SocketAddr {
    let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    (usual..usual.saturating_add(20))
        .map(at)
        .find(|address| TcpListener::bind(address).is_ok())
        .unwrap_or_else(|| at(usual))
}

/// Four groups of four characters that nobody confuses: 80 bits.
fn password() -> Result<SecretString, Failure> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::CouldNot(error.to_string()))?;
    let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
    let text: Vec<String> = bytes
        .chunks(4)
        .map(|group| {
            let letter = |b: &u8| {
                letters
                    .get(usize::from(b & 31))
                    .map_or('x', |l| char::from(*l))
            };
            group.iter().map(letter).collect()
        })
        .collect();
    Ok(SecretString::from(text.join("-")))
}

/// For this computer itself; 820 days, because Apple's programs take none that lasts longer than 825.
fn certificate() -> Result<(String, String), rcgen::Error> {
    let names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    let mut wanted = rcgen::CertificateParams::new(names)?;
    let mut name = rcgen::DistinguishedName::new();
    name.push(rcgen::DnType::CommonName, "askfirst on this computer");
    wanted.distinguished_name = name;
    wanted.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    let day = chrono::Utc::now().date_naive();
    let date = |day: chrono::NaiveDate| {
        use chrono::Datelike as _;
        let number = |n: u32| u8::try_from(n).unwrap_or(1);
        rcgen::date_time_ymd(day.year(), number(day.month()), number(day.day()))
    };
    wanted.not_before = date(day - chrono::TimeDelta::days(1));
    wanted.not_after = date(day + chrono::TimeDelta::days(820));
    let key = rcgen::KeyPair::generate()?;
    let made = wanted.self_signed(&key)?;
    Ok((made.pem(), key.serialize_pem()))
}

fn show(
    prompts: &Prompts,
    config: &Config,
    gateway: &Gateway,
    password: &SecretString,
    used: &[Client],
) {
    prompts.heading("Enter this in your mail program as its outgoing server");
    let users: Vec<String> = config
        .accounts
        .iter()
        .map(|a| a.email.to_string())
        .collect();
    let mut text = format!(
        "    server       127.0.0.1\n    port         {}, connection security “none” (it never \
         leaves this computer)\n",
        gateway.listen.port()
    );
    if let Some(tls) = &gateway.tls {
        text.push_str(&format!(
            "                 or {} with SSL/TLS; trust the certificate {}\n",
            tls.listen.port(),
            tls.cert.display()
        ));
    }
    text.push_str(&format!(
        "    login        normal password\n    user name    {}\n    password     {}\n",
        users.join(" or "),
        password.expose_secret()
    ));
    prompts.say(&text);
    for client in used {
        if let Some(place) = client.where_to_enter() {
            prompts.say(&format!("{}: {place}.", client.name()));
        }
    }
    prompts.say(
        "The way back is the same setting: your provider's outgoing server. `askfirst leave` \
         shows it.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_is_long_and_never_the_same() {
        let (a, b) = (password().unwrap(), password().unwrap());
        assert_eq!(a.expose_secret().len(), 19);
        assert_ne!(a.expose_secret(), b.expose_secret());
    }

    #[test]
    fn certificate_is_one_that_tls_takes() {
        let (cert, key) = certificate().unwrap();
        native_tls::Identity::from_pkcs8(cert.as_bytes(), key.as_bytes()).unwrap();
        assert!(crate::edge::tls::connector(Some(cert.as_bytes())).is_ok());
    }
}
