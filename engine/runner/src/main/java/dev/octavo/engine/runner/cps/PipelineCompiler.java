package dev.octavo.engine.runner.cps;

import com.cloudbees.groovy.cps.CpsTransformer;
import com.cloudbees.groovy.cps.NonCPS;
import com.cloudbees.groovy.cps.TransformerConfiguration;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.LibraryResolver;
import dev.octavo.engine.runner.api.SourcePlace;
import groovy.lang.Binding;
import groovy.lang.GroovyClassLoader;
import groovy.lang.GroovyCodeSource;
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.codehaus.groovy.ast.AnnotatedNode;
import org.codehaus.groovy.ast.AnnotationNode;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.ImportNode;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.control.customizers.ImportCustomizer;
import org.jspecify.annotations.Nullable;

/** Compiles Jenkinsfiles and libraries as Jenkins does, and finds the libraries that they ask for. */
public final class PipelineCompiler {
    /** The name of the class that a Jenkinsfile becomes, in Jenkins as here. */
    private static final String MAIN = "WorkflowScript";

    private final LibraryResolver resolver;
    private final SourceMap sources;
    private final GroovyShell shell;
    private final String mainFile;
    private final Map<String, Path> loaded = new LinkedHashMap<>();
    private final Map<String, String> libraryByVariable = new ConcurrentHashMap<>();
    private final AtomicInteger scripts = new AtomicInteger();

    /** @param structure rewrites {@code pipeline} blocks before the code is transformed */
    PipelineCompiler(LibraryResolver resolver, SourceMap sources, String mainFile, CompilationCustomizer structure) {
        this.resolver = resolver;
        this.sources = sources;
        this.mainFile = mainFile;
        CompilerConfiguration configuration = new CompilerConfiguration();
        configuration.setScriptBaseClass(PipelineScript.class.getName());
        configuration.setSourceEncoding(StandardCharsets.UTF_8.name());
        configuration.setDisabledGlobalASTTransformations(Set.of("groovy.grape.GrabAnnotationTransformation"));
        ImportCustomizer imports = new ImportCustomizer();
        imports.addImports(NonCPS.class.getName(), Library.class.getName());
        CpsTransformer transformer = new CpsTransformer();
        transformer.setConfiguration(new TransformerConfiguration()
                .withClosureType(PipelineClosure.class)
                .withSafepoint(Safepoints.class, "check"));
        configuration.addCompilationCustomizers(new Annotations(), imports, new SpreadCalls(), structure, transformer);
        this.shell = new GroovyShell(
                new PipelineParentLoader(PipelineCompiler.class.getClassLoader()), new Binding(), configuration);
    }

    /** Compiles the Jenkinsfile. */
    Script main(String text) {
        for (String name : resolver.implicit()) {
            library(name, new SourcePlace(mainFile, 1));
        }
        return parse(text, MAIN, mainFile);
    }

    /** Compiles a further script, such as one that {@code load} reads. */
    Script script(String text, String file) {
        return parse(text, "Script" + scripts.incrementAndGet(), file);
    }

    private Script parse(String text, String className, String file) {
        sources.add(className, file);
        GroovyCodeSource source = new GroovyCodeSource(text, className, "/groovy/shell");
        source.setCachable(false);
        try {
            Class<?> type = shell.getClassLoader().parseClass(source, false);
            return org.codehaus.groovy.runtime.InvokerHelper.createScript(type, new Binding());
        } catch (org.codehaus.groovy.control.MultipleCompilationErrorsException e) {
            throw PipelineError.fatal(Failures.syntax(e, sources));
        }
    }

    GroovyClassLoader loader() {
        return shell.getClassLoader();
    }

    /**
     * Makes a library's code available.
     *
     * @param identifier its name, with its version after {@code @}
     */
    synchronized void library(String identifier, SourcePlace place) {
        int at = identifier.indexOf('@');
        String name = at < 0 ? identifier : identifier.substring(0, at);
        String version = at < 0 ? "" : identifier.substring(at + 1);
        if (loaded.containsKey(name)) {
            return;
        }
        Path root = resolver.resolve(name, version)
                .orElseThrow(() -> PipelineError.fatal(new EngineException(
                        ErrorCode.PIPELINE_UNKNOWN,
                        "No shared library is called \"" + name + "\"",
                        place.toString(),
                        Suggestions.sentence(name, resolver.names()),
                        "correct the name, or say where the library is")))
                .toAbsolutePath()
                .normalize();
        if (!Files.isDirectory(root.resolve("vars")) && !Files.isDirectory(root.resolve("src"))) {
            throw PipelineError.fatal(new EngineException(
                    ErrorCode.PIPELINE_UNKNOWN,
                    "The shared library \"" + name + "\" is empty",
                    place.toString(),
                    root + " has neither vars nor src",
                    "say which folder of the repository holds the library"));
        }
        loaded.put(name, root);
        sources.addRoot(root);
        addFolder(root.resolve("src"));
        addFolder(root.resolve("vars"));
        for (String variable : scriptsIn(root.resolve("vars"))) {
            libraryByVariable.putIfAbsent(variable, name);
        }
    }

    private void addFolder(Path folder) {
        if (Files.isDirectory(folder)) {
            try {
                shell.getClassLoader().addURL(folder.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static List<String> scriptsIn(Path folder) {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.groovy")) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    names.add(name.substring(0, name.length() - ".groovy".length()));
                }
            } catch (IOException e) {
                throw new EngineException(
                        ErrorCode.CONFIG_FILE,
                        "A shared library cannot be read",
                        folder.toString(),
                        String.valueOf(e.getMessage()),
                        "check the folder's rights",
                        e);
            }
        }
        return names;
    }

    /** The names of the libraries' global variables. */
    public Set<String> variables() {
        return libraryByVariable.keySet();
    }

    /** A new instance of a library's global variable; null where there is none of that name. */
    @Nullable
    Object newVariable(String name) {
        if (!libraryByVariable.containsKey(name)) {
            return null;
        }
        try {
            return shell.getClassLoader()
                    .loadClass(name)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (org.codehaus.groovy.control.MultipleCompilationErrorsException e) {
            throw PipelineError.fatal(Failures.syntax(e, sources));
        } catch (CompilationFailedException | ReflectiveOperationException e) {
            throw new IllegalStateException("vars/" + name + ".groovy", e);
        }
    }

    /** A file of a library's {@code resources}; null where no library has it. */
    public synchronized @Nullable Path resource(String path) {
        for (Path root : loaded.values()) {
            Path folder = root.resolve("resources");
            Path file = folder.resolve(path).normalize();
            if (file.startsWith(folder) && Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    /** Reads {@code @Library}, refuses {@code @Grab}, and notes which class comes from which file. */
    private final class Annotations extends CompilationCustomizer {
        private Annotations() {
            super(CompilePhase.CONVERSION);
        }

        @Override
        public void call(SourceUnit source, GeneratorContext context, ClassNode type) {
            String file = source.getName().equals(MAIN) ? mainFile : sources.display(source.getName());
            if (!source.getName().startsWith("Script")) {
                sources.add(type.getName(), file);
            }
            for (ImportNode one : source.getAST().getImports()) {
                read(one, file);
            }
            for (ImportNode one : source.getAST().getStarImports()) {
                read(one, file);
            }
            read(type, file);
            new ClassCodeVisitorSupport() {
                @Override
                protected SourceUnit getSourceUnit() {
                    return source;
                }

                @Override
                public void visitAnnotations(AnnotatedNode node) {
                    read(node, file);
                }

                @Override
                public void visitDeclarationExpression(DeclarationExpression declaration) {
                    read(declaration, file);
                    super.visitDeclarationExpression(declaration);
                }
            }.visitClass(type);
        }

        private void read(AnnotatedNode node, String file) {
            for (AnnotationNode annotation : new ArrayList<>(node.getAnnotations())) {
                String name = annotation.getClassNode().getNameWithoutPackage();
                SourcePlace place = new SourcePlace(file, Math.max(annotation.getLineNumber(), node.getLineNumber()));
                if (name.equals("Library")) {
                    Expression value = annotation.getMember("value");
                    for (Expression one :
                            value instanceof ListExpression list ? list.getExpressions() : List.of(value)) {
                        if (one instanceof ConstantExpression constant) {
                            library(String.valueOf(constant.getValue()), place);
                        }
                    }
                    node.getAnnotations().remove(annotation);
                } else if (name.startsWith("Grab")) {
                    throw PipelineError.fatal(new EngineException(
                            ErrorCode.PIPELINE_UNKNOWN,
                            "@" + name + " is not supported",
                            place.toString(),
                            "it makes the build fetch code from the internet and run it inside Jenkins",
                            "put the code into the library's src folder, or call a program with sh"));
                }
            }
        }
    }
}
