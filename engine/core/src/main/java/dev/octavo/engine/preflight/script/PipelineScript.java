package dev.octavo.engine.preflight.script;

import java.util.List;

/**
 * A file with a pipeline.
 *
 * @param body what is run
 * @param methods those that it defines for itself
 * @param comments all of them
 * @param libraries what {@code @Library} names
 */
public record PipelineScript(Code.Block body, List<Method> methods, List<Comment> comments, List<String> libraries) {
    /** A method. */
    public record Method(String name, Code.Block body) {}

    /** A comment with its marks. */
    public record Comment(Span span, String text) {}

    public PipelineScript {
        methods = List.copyOf(methods);
        comments = List.copyOf(comments);
        libraries = List.copyOf(libraries);
    }
}
