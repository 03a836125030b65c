package dev.octavo.engine.preflight;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.image.Dockerfile;
import dev.octavo.engine.preflight.script.Span;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dockerfiles, build files, and the names of files and folders. */
final class BuildRules {
    private static final Pattern DOCKERFILE = Pattern.compile("(?i)dockerfile(?:[-._].*)?|.*\\.dockerfile");
    private static final Pattern NO_DOCKERFILE = Pattern.compile(
            "(?i).*\\.(?:md|txt|j2|tpl|tmpl|template|ftl|mustache|png|svg|java|ya?ml|json|xml|sh|bak|html?|dockerignore)");
    private static final Pattern GONE =
            Pattern.compile("(?:docker\\.io/)?(?:library/)?java(?::(?:openjdk-)?([0-9]+)[^@]*|:[^@0-9]*)?");
    private static final Pattern PLACE = Pattern.compile(":(\\d+)$");
    private static final Pattern SHELL = Pattern.compile("(?:/bin/|/usr/bin/)?(?:sh|bash|ash|dash)");

    private final RepositoryFiles files;
    private final Findings findings;
    private boolean reactor;

    BuildRules(RepositoryFiles files, Findings findings) {
        this.files = files;
        this.findings = findings;
    }

    /** Whether the build at the top has modules. */
    boolean hasModules() {
        return reactor;
    }

    static boolean isDockerfile(String file) {
        String name = RepositoryFiles.name(file);
        return name.toLowerCase(Locale.ROOT).contains("dockerfile")
                && DOCKERFILE.matcher(name).matches()
                && !NO_DOCKERFILE.matcher(name).matches();
    }

    /** @param pipelines the texts of all pipelines */
    void check(List<String> pipelines) {
        for (String file : files.all()) {
            String name = RepositoryFiles.name(file);
            boolean build = name.equals("pom.xml");
            boolean image = !build && isDockerfile(file);
            if ((build || image) && RepositoryFiles.isTestSource(file)) {
                continue; // made to be wrong, perhaps
            }
            if (build) {
                files.read(file).ifPresent(this::pom);
            } else if (image) {
                files.read(file).ifPresent(this::dockerfile);
                dockerfileName(file, name, pipelines);
            }
            if (Pipelines.isNamedPipeline(file) && file.chars().anyMatch(c -> c > 127)) {
                findings.ofFile(
                        Rule.FILE_NAME,
                        file,
                        "The name of the file has characters beyond ASCII",
                        "give it a plain name, such as Jenkinsfile");
            }
        }
    }

    private void pom(SourceFile file) {
        Optional<PomFile> pom = PomFile.read(file, findings);
        if (pom.isEmpty()) {
            return;
        }
        String directory = RepositoryFiles.parent(file.path());
        reactor |= directory.isEmpty() && pom.get().reactor();
        String artifact = pom.get().artifact();
        String folder = RepositoryFiles.name(directory);
        if (!folder.isEmpty() && isMisspelt(folder, artifact)) {
            findings.at(
                            Rule.DIRECTORY_NAME,
                            file,
                            new Span(pom.get().at(), pom.get().at() + artifact.length()))
                    .meant(List.of(artifact))
                    .say("The folder " + folder + " holds " + artifact, "give both one name");
        }
    }

    /** One letter more, less or other, or two exchanged, inside a word; an added ending is a name of its own. */
    static boolean isMisspelt(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        if (a.equals(b) || a.length() < 6 || b.length() < 6 || Math.abs(a.length() - b.length()) > 1) {
            return false;
        }
        int begin = 0;
        while (begin < Math.min(a.length(), b.length()) && a.charAt(begin) == b.charAt(begin)) {
            begin++;
        }
        int endA = a.length();
        int endB = b.length();
        while (endA > begin && endB > begin && a.charAt(endA - 1) == b.charAt(endB - 1)) {
            endA--;
            endB--;
        }
        String left = a.substring(begin, endA);
        String right = b.substring(begin, endB);
        boolean letters = (left + right).chars().allMatch(Character::isLetter);
        boolean swapped = left.length() == 2
                && right.length() == 2
                && left.charAt(0) == right.charAt(1)
                && left.charAt(1) == right.charAt(0);
        boolean inside = begin > 0 && (endA < a.length() || endB < b.length());
        return letters && inside && (swapped || Math.max(left.length(), right.length()) <= 1);
    }

    // -------------------------------------------------------------------------------------------------- Dockerfiles

    private void dockerfile(SourceFile file) {
        Dockerfile read;
        try {
            read = Dockerfile.parse(Path.of(file.path()), file.text());
        } catch (EngineException e) {
            Matcher place = PLACE.matcher(e.where());
            int at = file.offset(place.find() ? Integer.parseInt(place.group(1)) : 1, 1);
            findings.at(Rule.DOCKERFILE_SYNTAX, file, at, at + 1)
                    .say("The Dockerfile cannot be read: " + e.why(), e.fix());
            return;
        }
        read.stages().forEach(stage -> base(file, stage));
        Dockerfile.Instruction entry = null;
        Dockerfile.Instruction command = null;
        for (Dockerfile.Instruction each : read.finalStage().instructions()) {
            entry = each.keyword().equals("ENTRYPOINT") ? each : entry;
            command = each.keyword().equals("CMD") ? each : command;
        }
        entryPoint(file, entry != null ? entry : command);
    }

    private void base(SourceFile file, Dockerfile.Stage stage) {
        Matcher gone = GONE.matcher(stage.from());
        if (gone.matches()) {
            int line = file.offset(stage.line(), 1);
            int at = line + Math.max(0, file.lineText(stage.line()).indexOf(stage.from()));
            String level = gone.group(1) == null ? "8" : gone.group(1);
            findings.at(Rule.BASE_IMAGE_GONE, file, at, at + stage.from().length())
                    .say(
                            "The image java was given up by Docker Hub",
                            "write eclipse-temurin:" + level + "-jre, or an image of your own");
        }
    }

    private void entryPoint(SourceFile file, Dockerfile.@Nullable Instruction entry) {
        if (entry == null) {
            return;
        }
        String shell = shellCommand(entry);
        if (shell == null || shell.matches("(?s)\\s*exec\\s.*|.*[;&]\\s*exec\\s.*")) {
            return;
        }
        int start = file.offset(entry.line(), 1);
        String line = file.lineText(entry.line());
        int margin = line.length() - line.stripLeading().length();
        findings.at(Rule.SHELL_ENTRYPOINT, file, start + margin, start + line.length())
                .say(
                        "The " + entry.keyword() + " starts a shell, which starts the service",
                        "write the words as a list, " + entry.keyword()
                                + " [\"java\", \"-jar\", \"/app.jar\"], or exec before the command");
    }

    /** What a shell is told to do, null where none is started. */
    private static @Nullable String shellCommand(Dockerfile.Instruction entry) {
        List<String> words = entry.words();
        if (words == null) {
            return entry.text();
        }
        boolean shell = words.size() >= 3
                && SHELL.matcher(words.get(0)).matches()
                && words.get(1).matches("-[a-z]*c");
        return shell ? words.get(2) : null;
    }

    private void dockerfileName(String file, String name, List<String> pipelines) {
        // docker build takes "dockerfile" where there is no other
        if (name.equalsIgnoreCase("Dockerfile")
                && !name.equals("Dockerfile")
                && !name.equals("dockerfile")
                && pipelines.stream().noneMatch(text -> text.contains(name))) {
            findings.ofFile(Rule.DOCKERFILE_NAME, file, "The file is called " + name, "call it Dockerfile");
        }
    }
}
