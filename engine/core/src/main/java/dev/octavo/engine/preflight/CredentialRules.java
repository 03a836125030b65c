package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Flat;
import dev.octavo.engine.preflight.script.ShellScript;
import dev.octavo.engine.preflight.script.Span;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Passwords and tokens where others can see them. */
final class CredentialRules {
    private static final Pattern URL =
            Pattern.compile("(?:https?|ftp)://(?:[^\\s/@:'\"]+:([^\\s/@'\"]+)|\\$\\{?\\w*(?:TOKEN|PASS|PSW)\\w*}?)@");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(?:PASSWORD|PASSWD|_PWD|_PASS|TOKEN|SECRET|ACCESS_?KEY|PRIVATE_KEY)");
    private static final Pattern NO_SECRET =
            Pattern.compile("(?i).*(?:id|token|secret|password|credential|cred|creds)[\\w-]*|.*[-_](?:id|key)|\\s*");
    private static final Pattern SONAR = Pattern.compile("-Dsonar\\.(?:login|token|password)=(.+)", Pattern.DOTALL);
    private static final Set<String> LOGINS =
            Set.of("docker", "podman", "nerdctl", "buildah", "skopeo", "helm", "oc", "crane");
    private static final Set<String> SCRIPTS = Set.of("sh", "bat", "powershell", "pwsh");

    private final PipelineFacts facts;
    private final Findings findings;
    private final Set<String> credentialIds = new HashSet<>();

    CredentialRules(PipelineFacts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    void check() {
        for (Step step : facts.steps()) {
            step.call().named().forEach((name, value) -> {
                if (name.toLowerCase(java.util.Locale.ROOT).endsWith("id")) {
                    value.each(code -> {
                        String variable =
                                code instanceof Code.Name named ? named.name() : PipelineFacts.environmentName(code);
                        if (variable != null) {
                            credentialIds.add(variable);
                        }
                    });
                }
            });
        }
        facts.texts().forEach(use -> url(use.text()));
        for (Step step : facts.steps()) {
            if (SCRIPTS.contains(step.call().name())) {
                interpolated(step);
            }
            if (step.is("environment") && step.call().block() != null) {
                step.call().block().statements().forEach(this::written);
            }
            if (step.is("password")) {
                written(step.call().named().get("defaultValue"), "password");
            }
        }
        for (ShellUse shell : facts.shells()) {
            shell.script().commands().forEach(command -> arguments(shell, command));
        }
    }

    // ---------------------------------------------------------------------------------------------------- addresses

    private void url(Code.Text text) {
        Flat flat = Flat.of(text);
        if (flat == null) {
            return;
        }
        Matcher matcher = URL.matcher(flat.text());
        while (matcher.find()) {
            String password = matcher.group(1);
            boolean plain = password != null
                    && password.indexOf('$') < 0
                    && password.chars().noneMatch(c -> c >= Flat.INSERTED && c < Flat.INSERTED + 0x800);
            if (plain && password.matches("\\d{2,5}")) {
                continue; // host:port of something that looks like an address
            }
            Span span = new Span(flat.offset(matcher.start()), flat.offset(matcher.end() - 1) + 1);
            Findings.Draft draft = findings.at(Rule.CREDENTIALS_IN_URL, facts.file(), span);
            (plain ? draft.secret() : draft)
                    .say(
                            "The address carries a password",
                            "use git's credential helper: git -c credential.helper='!f() { echo"
                                    + " username=$GIT_USERNAME; echo password=$GIT_PASSWORD; }; f' push …");
        }
    }

    // ------------------------------------------------------------------------------------------------- interpolation

    private void interpolated(Step step) {
        Code script = step.call().argument("script");
        if (script == null) {
            return;
        }
        boolean[] edited = new boolean[1];
        script.each(code -> {
            if (!(code instanceof Code.Text text)) {
                return;
            }
            for (Code.Piece piece : text.pieces()) {
                String name = piece instanceof Code.Inserted inserted ? secret(inserted.code(), step.scope()) : null;
                if (name != null && piece instanceof Code.Inserted inserted) {
                    Findings.Draft draft = findings.at(Rule.SECRET_INTERPOLATED, facts.file(), inserted.span());
                    String single = edited[0] ? null : singleQuoted(text);
                    if (single != null && code == script) {
                        draft.edit(text.span().start(), text.span().end(), single);
                        edited[0] = true;
                    }
                    draft.say(
                            "Groovy puts the secret " + name + " into the script",
                            "put the script in single quotes: the shell has the variable itself");
                }
            }
        });
    }

    private static @Nullable String secret(Code code, Scope scope) {
        String name = code instanceof Code.Name named ? named.name() : PipelineFacts.environmentName(code);
        return name != null && scope.isSecret(name) ? name : null;
    }

    /** The same text in single quotes, where the shell gets the same values; null where that is not certain. */
    private @Nullable String singleQuoted(Code.Text text) {
        String source =
                facts.file().text().substring(text.span().start(), text.span().end());
        if (!text.quote().startsWith("\"") || source.indexOf('\'') >= 0 || source.indexOf('\\') >= 0) {
            return null;
        }
        StringBuilder result = new StringBuilder();
        for (Code.Piece piece : text.pieces()) {
            if (piece instanceof Code.Written written) {
                if (written.value().indexOf('$') >= 0) {
                    return null;
                }
                result.append(
                        facts.file().text(),
                        written.offsets().at(0),
                        written.offsets().at(written.value().length()));
            } else if (piece instanceof Code.Inserted inserted) {
                String name = inserted.code() instanceof Code.Name named
                        ? named.name()
                        : PipelineFacts.environmentName(inserted.code());
                if (name == null || facts.isGroovyVariable(name)) {
                    return null;
                }
                result.append("${").append(name).append('}');
            }
        }
        String quote = text.quote().equals("\"") ? "'" : "'''";
        return quote + result + quote;
    }

    // ----------------------------------------------------------------------------------------------------- arguments

    private void arguments(ShellUse shell, ShellScript.Command command) {
        if (LOGINS.contains(command.name()) && command.has("login")) {
            command.option("-p", "--password", "--token")
                    .ifPresent(word -> argument(
                            shell,
                            command.name() + " login",
                            word,
                            "echo \"$PASSWORD\" | " + command.name() + " login --password-stdin …"));
        } else if (command.name().equals("sshpass")) {
            command.option("-p")
                    .ifPresent(
                            word -> argument(shell, "sshpass", word, "use sshagent { … } with a key, or sshpass -e"));
        } else if (command.name().equals("curl")) {
            Optional<ShellScript.Word> user = command.option("-u", "--user");
            user.filter(word -> word.text().contains(":"))
                    .ifPresent(word -> argument(shell, "curl", word, "give curl the login by --netrc-file or -K -"));
        }
        for (ShellScript.Word word : command.words()) {
            Matcher matcher = SONAR.matcher(word.text());
            if (matcher.matches()) {
                ShellScript.Word value =
                        new ShellScript.Word(matcher.group(1), word.start() + matcher.start(1), word.end());
                if (isVariable(value.text()) || value.text().length() >= 20) {
                    argument(
                            shell,
                            command.name(),
                            value,
                            "withSonarQubeEnv, or the variable SONAR_TOKEN, hands it over unseen");
                }
            }
        }
    }

    private void argument(ShellUse shell, String program, ShellScript.Word value, String fix) {
        Span span = shell.span(value);
        if (isVariable(value.text())) {
            findings.at(Rule.SECRET_ARGUMENT, facts.file(), span).say(program + " gets its secret as an argument", fix);
        } else if (!value.text().isEmpty()) {
            findings.at(Rule.SECRET_IN_FILE, facts.file(), span)
                    .secret()
                    .say(
                            "The secret of " + program + " is written here",
                            "make it a credential of Jenkins, bind it with withCredentials, and change it: it is"
                                    + " known");
        }
    }

    private static boolean isVariable(String text) {
        return text.indexOf('$') >= 0 || text.chars().anyMatch(c -> c >= Flat.INSERTED && c < Flat.INSERTED + 0x800);
    }

    // ------------------------------------------------------------------------------------------------------ the file

    private void written(Code statement) {
        if (statement instanceof Code.Operation operation
                && operation.left() instanceof Code.Name name
                && SECRET_NAME.matcher(name.name()).matches()
                && !credentialIds.contains(name.name())) {
            written(operation.right(), name.name());
        }
    }

    private void written(@Nullable Code value, String name) {
        String constant = value instanceof Code.Text text ? text.constant() : null;
        if (value != null && constant != null && !NO_SECRET.matcher(constant).matches() && constant.indexOf('$') < 0) {
            findings.at(
                            Rule.SECRET_IN_FILE,
                            facts.file(),
                            value.span().start() + 1,
                            value.span().end() - 1)
                    .secret()
                    .say(
                            "The value of " + name + " is written here",
                            "make it a credential of Jenkins: " + name
                                    + " = credentials('…'), and change it: it is known");
        }
    }
}
