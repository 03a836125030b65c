package dev.octavo.engine.runner.cps;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows the pipeline's code what it may see: Java, Groovy, and what the interpreter gives it; not the engine's libraries.
 * It also says no quickly, which the compiler makes it do thousands of times.
 */
final class PipelineParentLoader extends ClassLoader {
    private static final List<String> VISIBLE = List.of(
            "java.",
            "javax.",
            "groovy.",
            "org.codehaus.groovy.",
            "com.cloudbees.groovy.cps.",
            "dev.octavo.engine.runner.cps.",
            "hudson.",
            "org.jenkinsci.",
            "org.w3c.dom.",
            "org.xml.sax.",
            "jdk.",
            "sun.");

    PipelineParentLoader(ClassLoader parent) {
        super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        for (String prefix : VISIBLE) {
            if (name.startsWith(prefix)) {
                return super.loadClass(name, resolve);
            }
        }
        throw new Invisible(name);
    }

    @Override
    public @Nullable URL getResource(String name) {
        return isCode(name) ? null : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return isCode(name) ? Collections.emptyEnumeration() : super.getResources(name);
    }

    private static boolean isCode(String name) {
        return name.endsWith(".groovy") || name.endsWith(".class");
    }

    /** One that knows no stack, which would be the dearest part of it. */
    private static final class Invisible extends ClassNotFoundException {
        private static final long serialVersionUID = 1L;

        private Invisible(String name) {
            super(name);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
