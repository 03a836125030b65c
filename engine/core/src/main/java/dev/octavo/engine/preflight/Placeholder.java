package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A placeholder in a manifest.
 *
 * @param name of the variable; {@code ""} for a form that nothing replaces
 * @param text as it is written
 * @param field the key of the value that it is in
 */
record Placeholder(String name, String text, String field, Span span) {
    private static final Pattern FORMS = Pattern.compile(
            "(\\$\\$)|\\$([A-Za-z_][A-Za-z0-9_]*)|\\$\\{([A-Za-z_][A-Za-z0-9_.]*)}|(\\$\\{[A-Za-z_][A-Za-z0-9_]*[:?+=-][^}\\n"
                    + "]*})");
    /** Other tools' forms, which would be strange in an image's name. */
    private static final Pattern FOREIGN = Pattern.compile(
            "\\{\\{[^}\\n]*}}|@[A-Za-z][A-Za-z0-9_.-]*@|#\\{[^}\\n]*}|<[A-Za-z][A-Za-z0-9_ -]*>|%[A-Z_]+%");

    /** Where a name with small letters is a variable all the same. */
    private static final Set<String> PLAIN_FIELDS = Set.of(
            "image",
            "name",
            "namespace",
            "replicas",
            "app",
            "version",
            "containerPort",
            "port",
            "targetPort",
            "nodePort",
            "host",
            "serviceName",
            "claimName",
            "secretName");

    /** Texts of programs: what they do with a dollar sign is their own business. */
    private static final Set<String> PROGRAMS = Set.of("command", "args", "data", "stringData", "binaryData");

    /** Those of an object, in its order. */
    static List<Placeholder> of(SourceFile file, YamlNode object) {
        List<Placeholder> all = new ArrayList<>();
        collect(file, object, "", false, all);
        return all;
    }

    private static void collect(
            SourceFile file, YamlNode node, String field, boolean annotation, List<Placeholder> all) {
        if (node.kind() == YamlNode.Kind.SCALAR) {
            if (!node.block()) {
                scan(file, node, field, annotation, all);
            }
            return;
        }
        for (YamlNode.Entry entry : node.entries()) {
            String key = entry.key().value();
            if (entry.key().kind() == YamlNode.Kind.SCALAR) {
                scan(file, entry.key(), key, true, all);
            }
            if (!PROGRAMS.contains(key)) {
                collect(file, entry.value(), key, annotation || key.equals("annotations"), all);
            }
        }
        node.items().forEach(item -> collect(file, item, field, annotation, all));
    }

    private static void scan(SourceFile file, YamlNode node, String field, boolean annotation, List<Placeholder> all) {
        String raw = file.text().substring(node.span().start(), node.span().end());
        Matcher matcher = FORMS.matcher(raw);
        while (matcher.find()) {
            String name = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            Span span =
                    new Span(node.span().start() + matcher.start(), node.span().start() + matcher.end());
            if (matcher.group(4) != null && PLAIN_FIELDS.contains(field)) {
                all.add(new Placeholder("", matcher.group(), field, span));
            } else if (name != null && isVariable(name, field, annotation)) {
                all.add(new Placeholder(name, matcher.group(), field, span));
            }
        }
        if (field.equals("image")) {
            Matcher foreign = FOREIGN.matcher(raw);
            while (foreign.find()) {
                Span span = new Span(
                        node.span().start() + foreign.start(), node.span().start() + foreign.end());
                all.add(new Placeholder("", foreign.group(), field, span));
            }
        }
    }

    private static boolean isVariable(String name, String field, boolean annotation) {
        boolean small = name.chars().anyMatch(Character::isLowerCase);
        return !small || (!annotation && PLAIN_FIELDS.contains(field));
    }
}
