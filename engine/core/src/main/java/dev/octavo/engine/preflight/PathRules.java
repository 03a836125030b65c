package dev.octavo.engine.preflight;

import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.ShellScript;
import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What a pipeline says about files, against the files that there are. */
final class PathRules {
    private static final Set<String> ARGUMENTS = Set.of(
            "configs",
            "kubeconfigId",
            "enableConfigSubstitution",
            "secretNamespace",
            "secretName",
            "dockerCredentials",
            "deleteResource",
            "credentialsType",
            "kubeConfig",
            "ssh",
            "textCredentials",
            "$class",
            "context");
    private static final Pattern OPTION = Pattern.compile("(?:^|\\s)-{1,2}[a-z]+(?:[\\s=]|$)");
    private static final Set<String> MAVEN = Set.of("mvn", "mvnw", "mvnd");
    private static final Set<String> NO_SERVICES = Set.of("all", "changed", "none", "");
    private static final int SHOWN = 3;

    private final PipelineFacts facts;
    private final List<DeployUse> uses;
    private final RepositoryFiles files;
    private final Services services;
    private final Findings findings;

    PathRules(PipelineFacts facts, List<DeployUse> uses, RepositoryFiles files, Services services, Findings findings) {
        this.facts = facts;
        this.uses = uses.stream().filter(use -> use.facts() == facts).toList();
        this.files = files;
        this.services = services;
        this.findings = findings;
    }

    void check() {
        facts.steps().stream().filter(step -> step.is("kubernetesDeploy")).forEach(this::arguments);
        choices();
        boolean here = isOfThisRepository();
        for (DeployUse use : uses) {
            if (here && use.constant()) {
                found(use);
            }
            if (use.step().is("kubernetesDeploy")) {
                notYaml(use);
            }
        }
        if (here) {
            facts.shells().forEach(this::shell);
        }
    }

    // --------------------------------------------------------------------------------------------- kubernetesDeploy

    private void arguments(Step step) {
        Code.Call call = step.call();
        for (String name : call.named().keySet()) {
            Code value = call.named().get(name);
            if (!ARGUMENTS.contains(name) && value != null) {
                List<String> meant = NearestName.of(name, ARGUMENTS);
                findings.at(Rule.DEPLOY_ARGUMENTS, facts.file(), value.span())
                        .meant(meant)
                        .say("kubernetesDeploy has no argument " + name, Names.fix(meant, "leave it out"));
            }
        }
        Code configs = call.named().get("configs");
        if (configs == null && call.named().get("$class") == null) {
            findings.at(Rule.DEPLOY_ARGUMENTS, facts.file(), call.place())
                    .say("kubernetesDeploy is told no manifests", "write configs: 'deploy/dev/**'");
        }
        if (!call.arguments().isEmpty() && configs != null) {
            findings.at(
                            Rule.DEPLOY_ARGUMENTS,
                            facts.file(),
                            call.arguments().get(0).span())
                    .say(
                            "A second value stands alone here",
                            "write all files in one text, with commas: 'a.yaml,b.yaml'");
        }
        if (configs instanceof Code.Text text
                && text.constant() != null
                && OPTION.matcher(text.constant()).find()) {
            findings.at(Rule.DEPLOY_ARGUMENTS, facts.file(), configs.span())
                    .say("configs has an option of kubectl", "write the files alone, with commas: 'a.yaml,b.yaml'");
        }
        if (call.named().get("dockerCredentials") instanceof Code.Items logins) {
            logins.each(code -> {
                if (code instanceof Code.Entries entries) {
                    entries.entries().forEach((name, value) -> {
                        if (!Set.of("credentialsId", "url").contains(name)) {
                            findings.at(Rule.DEPLOY_ARGUMENTS, facts.file(), value.span())
                                    .meant(List.of("url"))
                                    .say(
                                            "dockerCredentials has no " + name + ", so the login is Docker Hub's",
                                            "write url: 'https://…'");
                        }
                    });
                }
            });
        }
    }

    private void notYaml(DeployUse use) {
        List<String> others = new ArrayList<>();
        for (DeployUse.Glob pattern : use.patterns()) {
            if (pattern.isWild()) {
                files.below(root(pattern.text())).stream()
                        .filter(pattern::matches)
                        .filter(file -> !file.toLowerCase(Locale.ROOT).matches(".*\\.(?:ya?ml|json)"))
                        .forEach(others::add);
            }
        }
        if (!others.isEmpty()) {
            findings.at(Rule.NOT_YAML, facts.file(), use.place())
                    .say(
                            "The pattern matches " + shown(others) + " too",
                            "write a pattern for YAML alone, such as deploy/**/*.yaml");
        }
    }

    private static String shown(List<String> all) {
        String first = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() > SHOWN ? first + " and " + (all.size() - SHOWN) + " more" : first;
    }

    private static String root(String pattern) {
        int wild = pattern.indexOf('*') < 0 ? pattern.length() : pattern.indexOf('*');
        int slash = pattern.lastIndexOf('/', wild);
        return slash <= 0 ? "" : pattern.substring(0, slash);
    }

    // ------------------------------------------------------------------------------------------------ what is not
    // there

    /** Whether what it works in is this repository: it says so, or something that it names is here. */
    private boolean isOfThisRepository() {
        boolean own = facts.steps().stream()
                .anyMatch(step -> step.is("checkout")
                        && step.call().arguments().stream()
                                .anyMatch(argument -> argument instanceof Code.Name name
                                        && name.name().equals("scm")));
        boolean other = facts.steps().stream()
                        .anyMatch(step -> step.is("git")
                                || (step.is("checkout") && !step.call().named().isEmpty()))
                || facts.shells().stream().anyMatch(shell -> shell.flat().text().contains("git clone"));
        if (own && !other) {
            return true;
        }
        boolean known = uses.stream()
                        .anyMatch(
                                use -> use.constant() && use.patterns().stream().anyMatch(this::matches))
                || (facts.steps().stream().anyMatch(step -> step.is("sh")) && !other);
        return known
                && facts.steps().stream().noneMatch(step -> Set.of("unstash", "unarchive", "copyArtifacts", "unzip")
                        .contains(step.call().name()));
    }

    private boolean matches(DeployUse.Glob pattern) {
        return pattern.isWild()
                ? files.below(root(pattern.text())).stream().anyMatch(pattern::matches)
                : files.has(pattern.text());
    }

    private void found(DeployUse use) {
        boolean deploy = use.step().is("kubernetesDeploy");
        if (facts.steps().stream().anyMatch(step -> step.is("writeFile") || step.is("writeYaml"))) {
            return; // it may be made on the way
        }
        for (DeployUse.Glob pattern : use.patterns()) {
            boolean generated = pattern.text().matches("(?:.*/)?(?:target|build|dist|out)/.*")
                    || pattern.text().contains("..");
            if (generated || (!deploy && use.patterns().stream().anyMatch(this::matches))) {
                continue;
            }
            if (!matches(pattern)) {
                List<String> meant = near(pattern.text());
                findings.at(Rule.NOT_FOUND, facts.file(), use.place())
                        .meant(meant)
                        .say("No file matches " + pattern.text(), Names.fix(meant, "correct the path"));
                return;
            }
        }
    }

    private List<String> near(String path) {
        boolean wild = path.indexOf('*') >= 0;
        String wanted = wild ? root(path) : path;
        Set<String> there = new TreeSet<>();
        int depth = (int) wanted.chars().filter(c -> c == '/').count();
        for (String each : wild ? files.directories() : files.all()) {
            if (each.chars().filter(c -> c == '/').count() == depth) {
                there.add(each);
            }
        }
        return wanted.isEmpty() ? List.of() : NearestName.of(wanted, there);
    }

    private void choices() {
        facts.parameters().forEach((name, choices) -> {
            List<PipelineFacts.Choice> asked = choices.stream()
                    .filter(choice -> !NO_SERVICES.contains(choice.value().toLowerCase(Locale.ROOT)))
                    .toList();
            List<PipelineFacts.Choice> missing =
                    asked.stream().filter(choice -> !isFolder(choice.value())).toList();
            if (asked.size() < 2 || missing.size() * 2 > asked.size()) {
                return; // it is about something else
            }
            for (PipelineFacts.Choice choice : missing) {
                List<String> meant = NearestName.of(choice.value(), services.names());
                findings.at(Rule.NOT_FOUND, facts.file(), choice.span())
                        .meant(meant)
                        .say(
                                "There is no folder " + choice.value() + " for this choice of " + name,
                                Names.fix(meant, "correct the name"));
            }
        });
    }

    private boolean isFolder(String name) {
        return files.directories().contains(name)
                || services.names().contains(name)
                || services.directories().stream().anyMatch(directory -> directory.endsWith("/" + name));
    }

    private void shell(ShellUse shell) {
        String directory = shell.step().scope().directory();
        boolean moved = false;
        for (ShellScript.Command command : shell.script().commands()) {
            if (Set.of("cd", "git", "unzip", "tar", "cp", "mv", "wget", "curl", "cat", "echo")
                    .contains(command.name())) {
                moved = true; // somewhere else, or with files that are not in the repository
            } else if (!moved && directory != null && directory.isEmpty()) {
                if (ImageCommands.is(command, "build")) {
                    command.option("-f", "--file").ifPresent(word -> file(shell, word));
                } else if (MAVEN.contains(command.name())) {
                    command.options("-s", "--settings", "-gs", "--global-settings", "-f", "--file")
                            .forEach(word -> file(shell, word));
                }
            }
        }
    }

    private void file(ShellUse shell, ShellScript.Word word) {
        String path = shell.resolved(word.text()).replaceFirst("^(?:\\$\\{(?:WORKSPACE|PWD)}|\\.)/", "");
        if (path.startsWith("$()/") && shell.flat().text().contains("pwd")) {
            path = path.substring("$()/".length());
        }
        boolean plain = !path.isEmpty()
                && path.indexOf('$') < 0
                && path.indexOf('*') < 0
                && !path.startsWith("/")
                && !path.startsWith("~")
                && !path.startsWith("..")
                && !path.equals("-");
        boolean made = facts.steps().stream()
                .anyMatch(step -> step.is("writeFile") || step.is("configFileProvider") || step.is("dir"));
        if (plain && !made && !files.has(path)) {
            List<String> meant = near(path);
            Span span = shell.span(word);
            findings.at(Rule.NOT_FOUND, facts.file(), span)
                    .meant(meant)
                    .say("There is no file " + path, Names.fix(meant, "correct the path"));
        }
    }
}
