package dev.octavo.engine.runner.cps;

import groovy.lang.GroovyClassLoader;
import groovy.lang.GroovyObjectSupport;
import groovy.lang.MissingPropertyException;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.jspecify.annotations.Nullable;

/** {@code library('x').com.example.Type}: a package of a library, or a class whose static members are used. */
final class LibraryClasses extends GroovyObjectSupport implements Handle {
    private final GroovyClassLoader loader;
    private final String name;

    LibraryClasses(GroovyClassLoader loader, String name) {
        this.loader = loader;
        this.name = name;
    }

    @Override
    public Object getProperty(String property) {
        Class<?> type = type();
        if (type != null) {
            return InvokerHelper.getProperty(type, property);
        }
        return new LibraryClasses(loader, name.isEmpty() ? property : name + "." + property);
    }

    @Override
    public Object invokeMethod(String method, @Nullable Object args) {
        Class<?> type = type();
        if (type == null) {
            throw new MissingPropertyException(name, LibraryClasses.class);
        }
        Object[] arguments = args instanceof Object[] array ? array : new Object[] {args};
        return method.equals("new")
                ? InvokerHelper.invokeConstructorOf(type, arguments)
                : InvokerHelper.invokeStaticMethod(type, method, arguments);
    }

    private @Nullable Class<?> type() {
        if (name.isEmpty()) {
            return null;
        }
        try {
            return loader.loadClass(name);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }
}
