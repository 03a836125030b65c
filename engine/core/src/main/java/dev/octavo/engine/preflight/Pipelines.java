package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.PipelineReader;
import dev.octavo.engine.preflight.script.PipelineScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pipelines of a repository.
 *
 * @param all those that could be read
 * @param texts of all of them
 * @param whole whether all of them could be read
 */
record Pipelines(List<PipelineFacts> all, List<String> texts, boolean whole) {
    private static final Pattern NAMED =
            Pattern.compile("(?i)jenkinsfile.*|.*\\.jenkinsfile|.*[-_.]jenkinsfile|.*jenkinsfile(?:\\.groovy)?");
    private static final Pattern OTHER = Pattern.compile(
            "(?i).*\\.(?:md|txt|ya?ml|json|xml|html?|png|jpe?g|svg|pdf|sh|java|properties|zip|gz|py|js|ts|adoc|docx?)");
    private static final Pattern SCRIPT =
            Pattern.compile("(?m)^[ \\t]*(?:pipeline|node|podTemplate)[ \\t]*(?:\\([^\\n]*\\)\\s*)?\\{");

    static boolean isNamedPipeline(String file) {
        String name = RepositoryFiles.name(file);
        // most files are something else, and this is asked of all
        return name.toLowerCase(Locale.ROOT).contains("jenkinsfile")
                && NAMED.matcher(name).matches()
                && !OTHER.matcher(name).matches();
    }

    /** Files of Groovy may be pipelines too, except where a program's sources are. */
    private static boolean mayBePipeline(String file) {
        return file.toLowerCase(Locale.ROOT).endsWith(".groovy") && !("/" + file).contains("/src/");
    }

    static Pipelines read(RepositoryFiles files, Findings findings) {
        PipelineReader reader = ServiceLoader.load(PipelineReader.class, PipelineReader.class.getClassLoader())
                .findFirst()
                .orElse(null);
        List<PipelineFacts> all = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        boolean whole = true;
        for (String file : files.all()) {
            boolean named = isNamedPipeline(file);
            if ((!named && !mayBePipeline(file)) || RepositoryFiles.isTestSource(file)) {
                continue;
            }
            Optional<SourceFile> source = files.read(file);
            if (source.isEmpty()) {
                whole &= !named;
            } else if (named || SCRIPT.matcher(source.get().text()).find()) {
                texts.add(source.get().text());
                PipelineFacts facts = read(source.get(), reader, findings);
                whole &= facts != null;
                if (facts != null) {
                    all.add(facts);
                }
            }
        }
        return new Pipelines(List.copyOf(all), List.copyOf(texts), whole);
    }

    private static @Nullable PipelineFacts read(SourceFile file, @Nullable PipelineReader reader, Findings findings) {
        if (reader == null) {
            return null;
        }
        try {
            String text = file.text().startsWith("\uFEFF") ? " " + file.text().substring(1) : file.text();
            PipelineScript script = reader.read(text);
            return PipelineFacts.of(file, script);
        } catch (PipelineReader.SyntaxException e) {
            int at = file.offset(e.line(), e.column());
            findings.at(Rule.PIPELINE_SYNTAX, file, at, at + 1)
                    .say(
                            "Groovy cannot read the file: "
                                    + String.valueOf(e.getMessage()).replaceFirst(" @ line.*", ""),
                            "correct the line, or the one before it");
            return null;
        }
    }
}
