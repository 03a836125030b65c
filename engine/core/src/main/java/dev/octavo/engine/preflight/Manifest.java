package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file with Kubernetes objects.
 *
 * @param objects the documents that have a kind and an API version, those of lists too
 * @param whole whether all of it could be read
 */
record Manifest(SourceFile file, List<YamlNode> objects, List<YamlReader.Problem> problems, boolean whole) {
    private static final Pattern OBJECT = Pattern.compile("(?m)^[ \\t]*(?:- )?apiVersion[ \\t]*:");
    private static final Pattern KIND = Pattern.compile("(?m)^[ \\t]*(?:- )?[\"']?kind[\"']?[ \\t]*:");
    /** A separator at the end of a line that is not its own. */
    private static final Pattern RUN_TOGETHER = Pattern.compile("(?m)^(?![ \\t]*#).*[^-\\s](---)[ \\t]*$");

    private static final Pattern BEGINNING = Pattern.compile("(?:apiVersion|kind|metadata)[ \\t]*:.*");

    /** What the tools that make manifests have for themselves, and no cluster. */
    private static final Set<String> NOT_FOR_CLUSTERS = Set.of("Kustomization", "Component", "Template", "Config");

    Manifest {
        objects = List.copyOf(objects);
        problems = List.copyOf(problems);
    }

    /** Whether a text looks as if it were one. */
    static boolean isLikely(String text) {
        return OBJECT.matcher(text).find() && KIND.matcher(text).find();
    }

    static Manifest read(SourceFile file, Findings findings) {
        List<YamlNode> objects = new ArrayList<>();
        List<YamlReader.Problem> problems = new ArrayList<>();
        boolean whole = true;
        int from = 0;
        for (int cut : cuts(file, findings)) {
            whole &= readPart(file, from, cut, objects, problems);
            from = cut;
        }
        whole &= readPart(file, from, file.text().length(), objects, problems);
        return new Manifest(file, objects, problems, whole);
    }

    private static boolean readPart(
            SourceFile file, int from, int to, List<YamlNode> objects, List<YamlReader.Problem> problems) {
        YamlReader.Result result = YamlReader.read(file.text().substring(from, to), from);
        problems.addAll(result.problems());
        result.documents().forEach(document -> addObjects(document, objects));
        return result.whole();
    }

    private static void addObjects(YamlNode document, List<YamlNode> objects) {
        String kind = document.text("kind");
        if (kind.endsWith("List") && document.at("items") != null) {
            document.list("items").forEach(item -> addObjects(item, objects));
        } else if (!kind.isEmpty() && document.get("apiVersion") != null && !NOT_FOR_CLUSTERS.contains(kind)) {
            objects.add(document);
        }
    }

    private static List<Integer> cuts(SourceFile file, Findings findings) {
        List<Integer> cuts = new ArrayList<>();
        Matcher matcher = RUN_TOGETHER.matcher(file.text());
        while (matcher.find()) {
            int at = matcher.start(1);
            if (!beginsObject(file, file.line(at) + 1)) {
                continue;
            }
            cuts.add(at);
            String end = file.text().contains("\r\n") ? "\r\n" : "\n";
            findings.at(Rule.DOCUMENTS_RUN_TOGETHER, file, new Span(at, at + 3))
                    .edit(at, at, end)
                    .say("The separator --- does not begin its line", "put it on a line of its own");
        }
        missing(file, findings, cuts);
        cuts.sort(null);
        return cuts;
    }

    /** Whether the next line that says something is an object's first. */
    private static boolean beginsObject(SourceFile file, int from) {
        int line = from;
        while (line <= file.lines() && file.lineText(line).strip().matches("|#.*")) {
            line++;
        }
        return line <= file.lines() && BEGINNING.matcher(file.lineText(line)).matches();
    }

    /** Objects that begin without a separator: their first key is there already. */
    private static void missing(SourceFile file, Findings findings, List<Integer> cuts) {
        Set<String> seen = new HashSet<>();
        for (int line = 1; line <= file.lines(); line++) {
            String text = file.lineText(line);
            int start = file.lineStart(line);
            int end = start + text.length();
            String key = text.startsWith("apiVersion:") ? "apiVersion" : text.startsWith("kind:") ? "kind" : "";
            boolean cut = cuts.stream().anyMatch(each -> each >= start && each <= end);
            if (text.startsWith("---") || cut) {
                seen.clear();
            } else if (!key.isEmpty() && !seen.add(key)) {
                String lineEnd = file.text().contains("\r\n") ? "\r\n" : "\n";
                findings.at(Rule.DOCUMENTS_RUN_TOGETHER, file, new Span(start, start + key.length()))
                        .edit(start, start, "---" + lineEnd)
                        .say(
                                "Another object begins here, and no --- is before it",
                                "put --- on a line of its own before it");
                cuts.add(start);
                seen.clear();
                seen.add(key);
            }
        }
    }

    /** The pods that an object makes: their {@code spec}. */
    static List<YamlNode> podSpecs(YamlNode object) {
        List<YamlNode> specs = new ArrayList<>();
        String kind = object.text("kind");
        YamlNode spec = object.get("spec");
        if (spec != null) {
            YamlNode pod =
                    switch (kind) {
                        case "Pod" -> spec;
                        case "CronJob" -> spec.at("jobTemplate", "spec", "template", "spec");
                        default -> spec.at("template", "spec");
                    };
            if (pod != null && pod.get("containers") != null) {
                specs.add(pod);
            }
        }
        return specs;
    }

    /** All containers of an object, those that run first too. */
    static List<YamlNode> containers(YamlNode object) {
        List<YamlNode> containers = new ArrayList<>();
        for (YamlNode pod : podSpecs(object)) {
            containers.addAll(pod.list("containers"));
            containers.addAll(pod.list("initContainers"));
        }
        return containers;
    }

    /** Whether a path says that it is for production. */
    static boolean isProduction(String path) {
        for (String part : path.toLowerCase(Locale.ROOT).split("[/._-]")) {
            if (part.equals("prod") || part.equals("prd") || part.equals("production") || part.equals("release")) {
                return true;
            }
        }
        return false;
    }
}
