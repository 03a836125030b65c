package dev.octavo.engine.syntax;

import dev.octavo.engine.preflight.script.PipelineReader;
import dev.octavo.engine.preflight.script.PipelineScript;
import dev.octavo.engine.preflight.script.Span;
import groovyjarjarantlr.Token;
import groovyjarjarantlr.TokenStreamException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.codehaus.groovy.antlr.AntlrParserPluginFactory;
import org.codehaus.groovy.antlr.SourceBuffer;
import org.codehaus.groovy.antlr.UnicodeEscapingReader;
import org.codehaus.groovy.antlr.parser.GroovyLexer;
import org.codehaus.groovy.antlr.parser.GroovyTokenTypes;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.ErrorCollector;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;

/**
 * Groovy's parser, without its compiler.
 *
 * <p>A compilation unit would run {@code @Grab} in its conversion phase already, which fetches code from the internet; a
 * source unit alone parses and no more.
 */
public final class GroovyPipelineReader implements PipelineReader {
    @Override
    public PipelineScript read(String text) throws SyntaxException {
        try {
            CompilerConfiguration configuration = new CompilerConfiguration();
            configuration.setPluginFactory(new AntlrParserPluginFactory()); // not by its name
            SourceUnit unit =
                    new SourceUnit("Jenkinsfile", text, configuration, null, new ErrorCollector(configuration));
            unit.parse();
            unit.completePhase();
            unit.nextPhase();
            unit.convert();
            ModuleNode module = unit.getAST();
            Lines lines = new Lines(text);
            return new TreeConverter(lines).script(module, comments(text, lines));
        } catch (MultipleCompilationErrorsException e) {
            throw syntax(e);
        } catch (CompilationFailedException e) {
            throw new SyntaxException(1, 1, firstLine(e));
        } catch (StackOverflowError e) {
            throw new SyntaxException(1, 1, "it is nested too deeply");
        } catch (RuntimeException e) {
            // what Groovy's parser throws where it does not understand its own tree
            throw new SyntaxException(1, 1, firstLine(e));
        }
    }

    private static SyntaxException syntax(MultipleCompilationErrorsException e) {
        for (Object error : e.getErrorCollector().getErrors()) {
            if (error instanceof SyntaxErrorMessage message) {
                org.codehaus.groovy.syntax.SyntaxException cause = message.getCause();
                return new SyntaxException(
                        Math.max(1, cause.getStartLine()),
                        Math.max(1, cause.getStartColumn()),
                        cause.getOriginalMessage());
            }
        }
        return new SyntaxException(1, 1, firstLine(e));
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    private static List<PipelineScript.Comment> comments(String text, Lines lines) {
        List<PipelineScript.Comment> comments = new ArrayList<>();
        GroovyLexer lexer = new GroovyLexer(new UnicodeEscapingReader(new StringReader(text), new SourceBuffer()));
        lexer.setWhitespaceIncluded(true);
        groovyjarjarantlr.TokenStream tokens = lexer.plumb();
        try {
            for (Token token = tokens.nextToken(); token.getType() != Token.EOF_TYPE; token = tokens.nextToken()) {
                if (token.getType() == GroovyTokenTypes.SL_COMMENT || token.getType() == GroovyTokenTypes.ML_COMMENT) {
                    int start = lines.offset(token.getLine(), token.getColumn());
                    // a token of several lines has lost its line ends
                    String close = token.getType() == GroovyTokenTypes.SL_COMMENT ? "\n" : "*/";
                    int found = text.indexOf(close, Math.min(text.length(), start + 2));
                    int end = found < 0 ? text.length() : found + (close.equals("*/") ? 2 : 0);
                    comments.add(new PipelineScript.Comment(new Span(start, end), text.substring(start, end)));
                }
            }
        } catch (TokenStreamException e) {
            return comments; // the parser has read it all; only a comment at its end can be lost
        }
        return comments;
    }

    /** Where lines begin. */
    static final class Lines {
        private final String text;
        private final int[] starts;

        Lines(String text) {
            this.text = text;
            List<Integer> found = new ArrayList<>(List.of(0));
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n' || (c == '\r' && !text.startsWith("\n", i + 1))) {
                    found.add(i + 1);
                }
            }
            this.starts = found.stream().mapToInt(Integer::intValue).toArray();
        }

        String text() {
            return text;
        }

        int offset(int line, int column) {
            if (line < 1) {
                return 0;
            }
            int start = starts[Math.min(line, starts.length) - 1];
            return Math.min(text.length(), start + Math.max(0, column - 1));
        }
    }
}
