package dev.octavo.engine.runner.cps;

import com.cloudbees.groovy.cps.SerializableScript;
import groovy.lang.Binding;
import groovy.lang.MissingPropertyException;
import java.io.File;
import java.util.Map;
import org.codehaus.groovy.runtime.DefaultGroovyMethods;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.jspecify.annotations.Nullable;

/**
 * What Jenkinsfiles and the scripts of libraries are: names that they do not define themselves are the build's variables,
 * the libraries' global variables, and steps.
 */
public abstract class PipelineScript extends SerializableScript {
    private static final long serialVersionUID = 1L;
    private static final String STEPS = "steps";

    protected PipelineScript() {
        super(new Binding());
        getBinding().setVariable(STEPS, new StepsObject());
    }

    @Override
    public void setBinding(Binding binding) {
        super.setBinding(binding);
        if (!binding.hasVariable(STEPS)) {
            binding.setVariable(STEPS, new StepsObject());
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public final @Nullable Object invokeMethod(String name, @Nullable Object args) {
        Map<String, Object> variables = getBinding().getVariables();
        Object variable = variables.get(name);
        if (variable == null && !variables.containsKey(name)) {
            variable = LogicalThread.current().run().global(name, getBinding());
        }
        if (variable != null && isCallable(variable, args)) {
            return InvokerHelper.getMetaClass(variable).invokeMethod(variable, "call", args);
        }
        return LogicalThread.current().call(name, args);
    }

    private static boolean isCallable(Object variable, @Nullable Object args) {
        Object[] arguments =
                args instanceof Object[] array ? array : args == null ? new Object[0] : new Object[] {args};
        return !InvokerHelper.getMetaClass(variable)
                .respondsTo(variable, "call", arguments)
                .isEmpty();
    }

    @Override
    public Object getProperty(String property) {
        if (!getBinding().hasVariable(property)) {
            LogicalThread thread = LogicalThread.currentOrNull();
            if (thread != null && getMetaClass().hasProperty(this, property) == null) {
                Object global = thread.run().global(property, getBinding());
                if (global != null) {
                    return global;
                }
                String variable = thread.run().variable(property, thread.context());
                if (variable != null) {
                    return variable;
                }
                throw new MissingPropertyException(property, getClass());
            }
        }
        return super.getProperty(property);
    }

    @Override
    public void println() {
        invokeMethod("echo", "");
    }

    @Override
    public void println(Object value) {
        invokeMethod("echo", String.valueOf(value));
    }

    @Override
    public void print(Object value) {
        println(value);
    }

    @Override
    public void printf(String format, Object value) {
        print(DefaultGroovyMethods.sprintf(this, format, value));
    }

    @Override
    public void printf(String format, Object[] values) {
        print(DefaultGroovyMethods.sprintf(this, format, values));
    }

    /** The step, not the method that Groovy gives to all objects. */
    public @Nullable Object sleep(long seconds) {
        return invokeMethod("sleep", seconds);
    }

    @Override
    public Object evaluate(String script) {
        return LogicalThread.current().run().evaluate(script);
    }

    @Override
    public Object evaluate(File file) {
        throw new UnsupportedOperationException("evaluate(File) reads the controller's files; use load");
    }
}
