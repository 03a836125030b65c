package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.ShellScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Something that a pipeline does.
 *
 * @param subject what it is done with: an image, files with manifests, a gate's id, a tag, a command
 * @param detail what belongs to it: who may pass a gate, how placeholders are replaced, a Dockerfile; {@code ""} for
 *     nothing
 */
public record PipelineAction(Kind kind, String subject, String detail) {
    /** What it is. */
    public enum Kind {
        CHECKOUT,
        /** A build with its tests. */
        TEST,
        /** A build without them. */
        PACKAGE,
        ANALYSIS,
        QUALITY_GATE,
        LOGIN,
        IMAGE,
        /** Another name of an image: {@code subject} is the new one, {@code detail} the one before. */
        IMAGE_NAME,
        PUSH,
        GATE,
        DEPLOY,
        /** A deployment by something else than manifests: Helm, {@code kubectl set image}. */
        OTHER_DEPLOY,
        GIT_TAG,
        GIT_PUSH,
        REPORT,
        MESSAGE,
        /** Changes a file or a setting on the way, and nothing outside of the run. */
        HOUSEKEEPING,
        /** Anything else. */
        OTHER
    }

    /** How a deployment's placeholders are replaced, in {@code detail}. */
    public static final String BY_ENVSUBST = "envsubst";

    public static final String BY_STEP = "kubernetesDeploy";
    public static final String AS_THEY_ARE = "as they are";
    /** By a program such as {@code sed}. */
    public static final String BY_PROGRAM = "another program";

    private static final Set<String> EDITORS =
            Set.of("sed", "perl", "awk", "yq", "python", "python3", "gomplate", "jq");
    private static final Set<String> QUIET = Set.of(
            "cd",
            "pushd",
            "popd",
            "echo",
            "printf",
            "pwd",
            "ls",
            "cat",
            "export",
            "set",
            "mkdir",
            "cp",
            "mv",
            "rm",
            "chmod",
            "touch",
            "env",
            "date",
            "whoami",
            "test",
            "[",
            "true",
            "head",
            "tail",
            "grep",
            "tree",
            "which",
            "sleep",
            "unset",
            "envsubst",
            "find",
            "wc",
            "tee",
            "xargs",
            "sed",
            "awk",
            "hostname",
            "java",
            "id",
            ":");
    private static final Pattern SKIPS_TESTS =
            Pattern.compile("-D(?:maven\\.test\\.skip|skipTests)(?:=true)?|-x|-DskipITs=true -DskipTests");
    private static final Pattern RUNS_TESTS = Pattern.compile("test|package|install|verify|deploy|build|check");
    private static final Pattern MAKES =
            Pattern.compile("compile|package|install|deploy|assemble|bootJar|bootWar|jar|war|build|testClasses|clean");

    /**
     * The actions of a shell script, in their order.
     *
     * @param resolve puts values into a word
     * @param directory the folder it begins in; {@code ""} for the top
     */
    public static List<PipelineAction> of(ShellScript script, UnaryOperator<String> resolve, String directory) {
        return new Reader(resolve, directory).read(script);
    }

    private static final class Reader {
        private final UnaryOperator<String> resolve;
        private final List<PipelineAction> actions = new ArrayList<>();
        private String directory;
        private List<String> fed = List.of();
        private String way = AS_THEY_ARE;

        Reader(UnaryOperator<String> resolve, String directory) {
            this.resolve = resolve;
            this.directory = directory;
        }

        List<PipelineAction> read(ShellScript script) {
            for (ShellScript.Command command : script.commands()) {
                command(command);
                if (!command.piped()) {
                    fed = List.of();
                    way = AS_THEY_ARE;
                }
            }
            return actions;
        }

        private void command(ShellScript.Command command) {
            String name = command.name();
            if (ImageCommands.is(command, "login")) {
                add(Kind.LOGIN, host(command), "");
            } else if (ImageCommands.is(command, "build")) {
                String file = command.option("-f", "--file").map(this::text).orElse("Dockerfile");
                command.options("-t", "--tag").forEach(tag -> add(Kind.IMAGE, text(tag), path(file)));
            } else if (ImageCommands.is(command, "tag")
                    && ImageCommands.named(command).size() > 1) {
                List<ShellScript.Word> names = ImageCommands.named(command);
                add(Kind.IMAGE_NAME, text(names.get(1)), text(names.get(0)));
            }
            ImageCommands.pushed(command).forEach(image -> add(Kind.PUSH, text(image), ""));
            switch (name) {
                case "cd", "pushd" -> directory = path(resolve.apply(command.word(1)));
                case "cat" -> feed(command.words().subList(1, command.words().size()));
                case "envsubst" -> {
                    way = BY_ENVSUBST;
                    if (!command.input().isEmpty()) {
                        fed = List.of(path(resolve.apply(command.input())));
                    }
                }
                case "mvn", "mvnw", "gradle", "gradlew" -> build(command);
                case "kubectl" -> kubectl(command);
                case "helm", "kustomize" -> add(Kind.OTHER_DEPLOY, line(command), "");
                case "git" -> git(command);
                default -> {
                    if (EDITORS.contains(name)) {
                        way = BY_PROGRAM;
                        feed(command.words().stream()
                                .skip(1)
                                .filter(word -> word.text().matches(".*\\.(?:ya?ml|json|tpl|template|tmpl)"))
                                .toList());
                        add(Kind.HOUSEKEEPING, line(command), "");
                    } else if (!QUIET.contains(name) && !isOfImages(command)) {
                        add(Kind.OTHER, line(command), "");
                    }
                }
            }
        }

        private static boolean isOfImages(ShellScript.Command command) {
            return ImageCommands.isPush(command)
                    || command.name().equals("kaniko")
                    || List.of(
                                    "login", "logout", "build", "tag", "push", "rmi", "images", "image", "prune",
                                    "info", "version")
                            .stream()
                            .anyMatch(verb -> ImageCommands.is(command, verb));
        }

        private void feed(List<ShellScript.Word> files) {
            if (!files.isEmpty()) {
                fed = files.stream().map(word -> path(text(word))).toList();
            }
        }

        private String host(ShellScript.Command command) {
            boolean value = false;
            for (ShellScript.Word word :
                    command.words().subList(2, command.words().size())) {
                String text = word.text();
                if (text.startsWith("-")) {
                    value = !text.contains("=") && !text.equals("--password-stdin");
                } else if (value) {
                    value = false;
                } else {
                    return text(word);
                }
            }
            return "";
        }

        private void build(ShellScript.Command command) {
            List<String> words =
                    command.words().stream().skip(1).map(this::text).toList();
            if (words.stream().allMatch(word -> List.of("-v", "-version", "--version", "help")
                    .contains(word))) {
                add(Kind.HOUSEKEEPING, line(command), "");
                return;
            }
            boolean skips =
                    words.stream().anyMatch(word -> SKIPS_TESTS.matcher(word).matches());
            boolean sonar = words.stream()
                    .anyMatch(word -> word.endsWith("sonar:sonar")
                            || word.equals("sonar")
                            || word.equals("sonarqube")
                            || word.matches("org\\.sonarsource.*:sonar"));
            boolean tests =
                    words.stream().anyMatch(word -> RUNS_TESTS.matcher(word).matches());
            boolean makes = words.stream().anyMatch(word -> MAKES.matcher(word).matches());
            if (tests && !skips) {
                add(Kind.TEST, line(command), "");
            } else if (makes || tests) {
                add(Kind.PACKAGE, line(command), "");
            }
            if (sonar) {
                add(Kind.ANALYSIS, line(command), "");
            } else if (!tests && !makes) {
                add(Kind.OTHER, line(command), "");
            }
        }

        private void kubectl(ShellScript.Command command) {
            if (command.has("apply") || command.has("create") || command.has("replace")) {
                List<ShellScript.Word> named = command.options("-f", "--filename");
                for (ShellScript.Word file : named) {
                    if (file.text().equals("-")) {
                        fed.forEach(one -> add(Kind.DEPLOY, one, way));
                        if (fed.isEmpty()) {
                            add(Kind.OTHER_DEPLOY, line(command), "");
                        }
                    } else {
                        add(Kind.DEPLOY, path(text(file)), way);
                    }
                }
                if (named.isEmpty()) {
                    add(Kind.OTHER_DEPLOY, line(command), "");
                }
            } else if (command.has("set")
                    || command.has("delete")
                    || command.has("patch")
                    || command.has("scale")
                    || command.has("restart")) {
                add(Kind.OTHER_DEPLOY, line(command), "");
            } else {
                add(Kind.HOUSEKEEPING, line(command), "");
            }
        }

        private void git(ShellScript.Command command) {
            switch (command.word(1)) {
                case "tag" -> {
                    List<String> words = new ArrayList<>();
                    boolean message = false;
                    for (ShellScript.Word word :
                            command.words().subList(2, command.words().size())) {
                        if (!message && !word.text().startsWith("-")) {
                            words.add(text(word));
                        }
                        message = List.of("-m", "-F", "-u").contains(word.text());
                    }
                    if (!words.isEmpty()) {
                        add(Kind.GIT_TAG, words.get(0), "");
                    }
                }
                case "push" -> add(Kind.GIT_PUSH, "git push", "");
                case "clone", "checkout", "pull", "fetch" -> add(Kind.CHECKOUT, "git " + command.word(1), "");
                default -> add(Kind.HOUSEKEEPING, "git " + command.word(1), "");
            }
        }

        private String text(ShellScript.Word word) {
            return resolve.apply(word.text());
        }

        private String path(String file) {
            String plain = file.startsWith("./") ? file.substring(2) : file;
            if (plain.startsWith("/") || directory.isEmpty() || plain.contains("://")) {
                return plain.replaceFirst("^\\$\\{(?:WORKSPACE|PWD)}/", "");
            }
            return java.nio.file.Path.of(directory + "/" + plain)
                    .normalize()
                    .toString()
                    .replace('\\', '/');
        }

        /** Without what may be a secret: the words are as they are written there, variables and all. */
        private static String line(ShellScript.Command command) {
            StringBuilder line = new StringBuilder();
            for (ShellScript.Word word : command.words()) {
                boolean secret =
                        word.text().toLowerCase(Locale.ROOT).matches("-d.*(?:login|token|password|secret).*=.*");
                line.append(line.isEmpty() ? "" : " ")
                        .append(secret ? word.text().replaceAll("=.*", "=****") : word.text());
            }
            return line.toString();
        }

        private void add(Kind kind, String subject, String detail) {
            actions.add(new PipelineAction(kind, subject, detail));
        }
    }
}
