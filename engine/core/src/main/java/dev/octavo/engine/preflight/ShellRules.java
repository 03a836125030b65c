package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.ShellScript;
import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shell scripts that fail when they run again, and releases in the wrong order. */
final class ShellRules {
    private static final Pattern HOST_KEY = Pattern.compile("StrictHostKeyChecking[ =]no\\b");
    private static final Pattern VERSION =
            Pattern.compile("\\$\\{[A-Za-z_]*(?:TAG|VERSION|RELEASE)[A-Za-z_]*}", Pattern.CASE_INSENSITIVE);
    private static final Set<String> GOALS = Set.of("package", "install", "verify", "deploy", "test", "compile");
    private static final Set<String> MAVEN = Set.of("mvn", "mvnw", "mvnd");
    private static final Pattern SERVICE =
            Pattern.compile("(?i)(?:.*_)?(?:PROJECT|APP|APPLICATION|SERVICE|MODULE)(?:_?NAME)?");

    private final PipelineFacts facts;
    private final List<DeployUse> uses;
    private final Findings findings;

    ShellRules(PipelineFacts facts, List<DeployUse> uses, Findings findings) {
        this.facts = facts;
        this.uses = uses;
        this.findings = findings;
    }

    /** @param reactor whether the build has modules, of which one could be chosen */
    void check(boolean reactor) {
        boolean chooses = reactor
                && facts.parameters().keySet().stream()
                        .anyMatch(name -> SERVICE.matcher(name).matches());
        for (ShellUse shell : facts.shells()) {
            Matcher matcher = HOST_KEY.matcher(shell.flat().text());
            while (matcher.find()) {
                findings.at(Rule.HOST_KEY_CHECK_OFF, facts.file(), shell.span(matcher.start(), matcher.end()))
                        .say(
                                "ssh is told to trust any server",
                                "put the server's key into known_hosts: ssh-keyscan once, checked by a person");
            }
            commands(shell, chooses);
        }
        order();
        clonedAgain();
    }

    private void commands(ShellUse shell, boolean chooses) {
        Set<String> removed = new HashSet<>();
        boolean guarded = false;
        boolean elsewhere = shell.step().scope().directory() == null
                || !shell.step().scope().directory().isEmpty();
        for (ShellScript.Command command : shell.script().commands()) {
            switch (command.name()) {
                case "rm" -> command.words().forEach(word -> removed.add(word.text()));
                case "[", "[[", "test" -> guarded = true;
                case "cd" -> elsewhere = true;
                case "mkdir" -> {
                    if (!guarded) {
                        mkdir(shell, command, removed);
                    }
                }
                case "git" -> gitTag(shell, command);
                default -> {
                    if (chooses && !elsewhere && MAVEN.contains(command.name())) {
                        wholeBuild(shell, command);
                    }
                }
            }
        }
    }

    private void mkdir(ShellUse shell, ShellScript.Command command, Set<String> removed) {
        boolean parents = command.words().stream()
                .map(ShellScript.Word::text)
                .anyMatch(word -> word.equals("--parents") || word.matches("-[a-zA-Z]*p[a-zA-Z]*"));
        List<String> folders = command.words().stream()
                .skip(1)
                .map(ShellScript.Word::text)
                .filter(word -> !word.startsWith("-"))
                .toList();
        boolean fresh = folders.stream()
                .allMatch(folder -> removed.contains(folder) || folder.contains("BUILD_") || folder.contains("$()"));
        if (parents || command.fallback() || folders.isEmpty() || fresh) {
            return;
        }
        ShellScript.Word name = command.words().get(0);
        int end = shell.span(name).end();
        findings.at(Rule.MKDIR, facts.file(), shell.span(name))
                .edit(end, end, " -p")
                .say("mkdir fails where the folder is there", "write mkdir -p");
    }

    private void gitTag(ShellUse shell, ShellScript.Command command) {
        if (!command.word(1).equals("tag")) {
            return;
        }
        Set<String> words = new TreeSet<>();
        command.words().forEach(word -> words.add(word.text()));
        boolean creates = command.words().size() > 2
                && words.stream()
                        .noneMatch(word -> word.matches(
                                "-[a-z]*[dlfn][a-z]*|--(?:delete|list|force|points-at.*|contains.*|sort.*)"));
        boolean unique = shell.resolved(String.join(" ", words)).contains("BUILD_");
        String script = shell.flat().text();
        boolean handled = command.fallback()
                || script.contains("tag -d")
                || script.contains("--delete")
                || script.contains("ls-remote")
                || script.contains("rev-parse")
                || script.matches("(?s).*\\bif\\b.*");
        if (creates && !unique && !handled) {
            findings.at(
                            Rule.TAG_NOT_REPEATABLE,
                            facts.file(),
                            shell.span(command.words().get(0))
                                    .to(shell.span(command.words().get(1))))
                    .say(
                            "git tag fails where the tag exists",
                            "go on where it is at this very commit: test \"$(git rev-parse -q --verify"
                                    + " refs/tags/$TAG^{})\" = \"$(git rev-parse HEAD)\" || git tag …");
        }
    }

    private void wholeBuild(ShellUse shell, ShellScript.Command command) {
        boolean builds = command.words().stream().anyMatch(word -> GOALS.contains(word.text()));
        boolean part = command.words().stream()
                .map(ShellScript.Word::text)
                .anyMatch(word -> word.startsWith("-pl")
                        || word.startsWith("--projects")
                        || word.equals("-f")
                        || word.startsWith("--file"));
        if (builds && !part) {
            findings.at(
                            Rule.WHOLE_BUILD,
                            facts.file(),
                            shell.span(command.words().get(0)))
                    .say(
                            "All modules are built, whichever service is chosen",
                            "add -pl :SERVICE -am, which builds the service and what it needs");
        }
    }

    // ------------------------------------------------------------------------------------------------- order of a
    // release

    private void order() {
        Optional<Event> tag = Optional.empty();
        Optional<Event> image = Optional.empty();
        for (Event event : events()) {
            if (event.kind().equals("tag")) {
                tag = tag.or(() -> Optional.of(event));
            } else {
                image = Optional.of(event);
            }
        }
        if (tag.isPresent() && image.isPresent() && tag.get().at() < image.get().at()) {
            findings.at(Rule.TAG_BEFORE_IMAGE, facts.file(), tag.get().span())
                    .say("The tag is pushed before the image of that version", "push the image first, then the tag");
        }
        if (image.isPresent()) {
            Event pushed = image.get();
            for (DeployUse use : uses) {
                boolean before = use.step().number() < pushed.step();
                if (before && use.isProduction() && !use.step().scope().isOpen()) {
                    findings.at(Rule.PRODUCTION_BEFORE_TAG, facts.file(), use.place())
                            .say(
                                    "Production is deployed before the image of the version is pushed",
                                    "move the stage behind that which pushes it");
                }
            }
        }
    }

    /** @param at its place in the order of all commands */
    private record Event(String kind, int at, int step, Span span) {}

    private List<Event> events() {
        List<Event> events = new ArrayList<>();
        int at = 0;
        for (ShellUse shell : facts.shells()) {
            int step = shell.step().number();
            for (ShellScript.Command command : shell.script().commands()) {
                at++;
                Span span = command.words().size() < 2
                        ? shell.span(command.words().get(0))
                        : shell.span(command.words().get(0))
                                .to(shell.span(command.words().get(1)));
                String text = String.join(
                        " ",
                        command.words().stream().map(ShellScript.Word::text).toList());
                if (command.begins("git", "push")
                        && (command.has("--tags")
                                || command.has("--follow-tags")
                                || VERSION.matcher(text).find())) {
                    events.add(new Event("tag", at, step, span));
                } else if (ImageCommands.isPush(command)
                        && VERSION.matcher(shell.resolved(text)).find()) {
                    events.add(new Event("image", at, step, span));
                }
            }
        }
        return events;
    }

    private void clonedAgain() {
        Set<String> tagging = new HashSet<>();
        for (ShellUse shell : facts.shells()) {
            if (shell.script().commands().stream().anyMatch(command -> command.begins("git", "tag"))) {
                tagging.add(shell.step().scope().stage());
            }
        }
        Set<String> seen = new HashSet<>();
        boolean first = true;
        for (Step step : facts.steps()) {
            boolean again = tagging.contains(step.scope().stage())
                    && !step.scope().stage().isEmpty();
            if (step.is("git")) {
                if (again && !first) {
                    cloned(step.call().place(), seen);
                }
                first = false;
            } else if (step.is("checkout")) {
                first = false;
            } else if (step.is("sh") && again) {
                shellOf(step).ifPresent(shell -> shell.script().commands().forEach(command -> {
                    if (command.begins("git", "clone") || command.begins("git", "pull")) {
                        cloned(
                                shell.span(command.words().get(0))
                                        .to(shell.span(command.words().get(1))),
                                seen);
                    }
                }));
            }
        }
    }

    private void cloned(Span span, Set<String> seen) {
        if (seen.add(String.valueOf(span).toLowerCase(Locale.ROOT))) {
            findings.at(Rule.CLONED_AGAIN, facts.file(), span)
                    .say(
                            "The branch is fetched once more before it is tagged",
                            "tag the commit that was built: git tag … $GIT_COMMIT");
        }
    }

    private Optional<ShellUse> shellOf(Step step) {
        return facts.shells().stream()
                .filter(shell -> shell.step().number() == step.number())
                .findFirst();
    }
}
