package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Flat;
import dev.octavo.engine.preflight.script.ShellScript;
import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds where a pipeline deploys manifests. */
final class DeployUses {
    private static final Set<String> EDITORS = Set.of(
            "sed", "perl", "awk", "yq", "python", "python3", "j2", "gomplate", "kustomize", "ytt", "jq", "helm", "tee");
    private static final Pattern UNKNOWN = Pattern.compile("\\$\\{[^}]*}|\\$\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)");

    private final PipelineFacts facts;
    private final List<DeployUse> uses = new ArrayList<>();
    /** Files that the pipeline itself writes. */
    private final Set<String> written = new HashSet<>();

    private boolean edits;

    private DeployUses(PipelineFacts facts) {
        this.facts = facts;
    }

    static List<DeployUse> of(PipelineFacts facts) {
        DeployUses all = new DeployUses(facts);
        all.noteEditors();
        facts.steps().stream().filter(step -> step.is("kubernetesDeploy")).forEach(all::kubernetesDeploy);
        facts.steps().stream()
                .filter(step -> step.is("step") && step.call().text("$class") != null)
                .filter(step -> String.valueOf(step.call().text("$class")).contains("KubernetesDeploy"))
                .forEach(all::kubernetesDeploy);
        facts.shells().forEach(all::shell);
        return all.uses;
    }

    private void noteEditors() {
        for (ShellUse shell : facts.shells()) {
            for (ShellScript.Command command : shell.script().commands()) {
                edits |= EDITORS.contains(command.name());
                if (!command.output().isEmpty()) {
                    written.add(RepositoryFiles.name(shell.resolved(command.output())));
                }
            }
        }
        edits |= facts.steps().stream()
                .anyMatch(step -> step.is("writeFile") || step.is("writeYaml") || step.is("contentReplace"));
    }

    private void kubernetesDeploy(Step step) {
        Code configs = step.call().argument("configs");
        Flat flat = Flat.of(configs);
        if (flat == null || configs == null) {
            return;
        }
        boolean off = step.call().named().get("enableConfigSubstitution") instanceof Code.Constant constant
                && Boolean.FALSE.equals(constant.value());
        String canonical = facts.resolve(facts.canonical(flat), step.scope(), Map.of());
        List<String> patterns = new ArrayList<>();
        for (String pattern : canonical.split(",")) {
            if (!pattern.isBlank()) {
                patterns.add(normal(pattern.strip()));
            }
        }
        String directory = step.scope().directory();
        String prefix = directory == null ? "**/" : directory.isEmpty() ? "" : directory + "/";
        uses.add(new DeployUse(
                facts,
                step,
                off ? DeployUse.Way.PLAIN : DeployUse.Way.COMPAT,
                patterns.stream()
                        .map(pattern -> DeployUse.Glob.of(prefix + starred(pattern)))
                        .toList(),
                directory != null && !UNKNOWN.matcher(canonical).find(),
                configs.span(),
                Map.of(),
                Set.of()));
    }

    private static String starred(String text) {
        return UNKNOWN.matcher(text).replaceAll("*");
    }

    private static String normal(String path) {
        return path.startsWith("./") ? path.substring(2) : path;
    }

    private void shell(ShellUse shell) {
        String directory = shell.step().scope().directory();
        List<ShellScript.Word> fed = List.of();
        boolean replaced = false;
        boolean edited = false;
        for (ShellScript.Command command : shell.script().commands()) {
            switch (command.name()) {
                case "cd", "pushd" -> directory = below(directory, shell.resolved(command.word(1)));
                case "cat" -> fed = command.words().subList(1, command.words().size());
                case "envsubst" -> {
                    envsubst(shell, command, fed, directory);
                    replaced = true;
                }
                case "kubectl" -> {
                    if (!replaced && !edited) {
                        kubectl(shell, command, fed, directory);
                    }
                }
                default -> edited |= EDITORS.contains(command.name());
            }
            if (!command.piped()) {
                fed = List.of();
                replaced = false;
                edited = false;
            }
        }
    }

    private static @Nullable String below(@Nullable String directory, String path) {
        if (directory == null || path.isEmpty() || path.contains("$") || path.startsWith("/") || path.startsWith("~")) {
            return null;
        }
        String joined = directory.isEmpty() ? path : directory + "/" + path;
        return java.nio.file.Path.of(joined).normalize().toString().replace('\\', '/');
    }

    private void envsubst(
            ShellUse shell, ShellScript.Command command, List<ShellScript.Word> fed, @Nullable String directory) {
        Set<String> only = new TreeSet<>();
        for (ShellScript.Word word : command.words().subList(1, command.words().size())) {
            Matcher matcher = NAME.matcher(word.text());
            while (matcher.find()) {
                only.add(matcher.group(1));
            }
        }
        if (!command.input().isEmpty()) {
            int at = Math.max(0, shell.flat().text().indexOf(command.input()));
            add(
                    shell,
                    DeployUse.Way.ENVSUBST,
                    command.input(),
                    shell.span(at, at + command.input().length()),
                    directory,
                    only);
        }
        for (ShellScript.Word word : fed) {
            add(shell, DeployUse.Way.ENVSUBST, word.text(), shell.span(word), directory, only);
        }
    }

    private void kubectl(
            ShellUse shell, ShellScript.Command command, List<ShellScript.Word> fed, @Nullable String directory) {
        boolean applies = command.has("apply") || command.has("create") || command.has("replace");
        if (!applies) {
            return;
        }
        DeployUse.Way way = edits ? DeployUse.Way.OTHER : DeployUse.Way.PLAIN;
        for (ShellScript.Word files : command.options("-f", "--filename")) {
            if (!files.text().equals("-") && !files.text().contains("://")) {
                add(shell, way, files.text(), shell.span(files), directory, Set.of());
            }
        }
        if (command.option("-f", "--filename")
                .filter(word -> word.text().equals("-"))
                .isPresent()) {
            for (ShellScript.Word word : fed) {
                add(shell, way, word.text(), shell.span(word), directory, Set.of());
            }
        }
    }

    private void add(
            ShellUse shell, DeployUse.Way way, String files, Span place, @Nullable String directory, Set<String> only) {
        List<String> patterns = new ArrayList<>();
        boolean constant = directory != null;
        for (String each : files.split(",")) {
            String path = shell.resolved(each).replaceFirst("^(?:\\$\\{(?:WORKSPACE|PWD)}|\\$\\(\\))/", "");
            if (written.contains(RepositoryFiles.name(path)) || path.isEmpty() || path.startsWith("/")) {
                return; // made on the way
            }
            constant &= !UNKNOWN.matcher(path).find();
            String plain = directory == null || directory.isEmpty() ? normal(path) : directory + "/" + normal(path);
            String starred = starred(directory == null ? "**/" + plain : plain);
            patterns.add(starred.isEmpty() || starred.equals(".") ? "*" : starred);
            if (!RepositoryFiles.name(starred).contains(".") || starred.endsWith("/")) {
                patterns.add(starred.replaceAll("/$", "") + "/*");
            }
        }
        uses.add(new DeployUse(
                shell.facts(),
                shell.step(),
                way,
                patterns.stream().map(DeployUse.Glob::of).toList(),
                constant,
                place,
                shell.assigned(),
                only));
    }
}
