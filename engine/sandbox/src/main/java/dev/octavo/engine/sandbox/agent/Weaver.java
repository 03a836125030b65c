package dev.octavo.engine.sandbox.agent;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Lets the JDK's sockets and name look-ups ask {@link PodSockets} first. */
public final class Weaver implements ClassFileTransformer {
    /** The classes that it changes, as far as this JDK has them. */
    static final String[] CLASSES = {
        "sun.nio.ch.Net", "java.net.InetAddress$PlatformNameService", "java.net.InetAddress$PlatformResolver"
    };

    /** {@link PodSockets}, by the name that it has among the JDK's own classes. */
    static final String SOCKETS = "sun/nio/ch/OctavoPodSockets";

    private static final String FD = "Ljava/io/FileDescriptor;";
    private static final String ADDRESS = "Ljava/net/InetAddress;";
    private static final String FAMILY_FD_ADDRESS_PORT = "(Ljava/net/ProtocolFamily;" + FD + ADDRESS + "I)";

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String className,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (loader != null || className == null || !isWanted(className)) {
            return null;
        }
        try {
            return weave(bytes);
        } catch (RuntimeException | Error e) {
            // whoever starts the program sees why its pod does not listen at its own address
            System.err.println("octavo-pod-agent: " + className + " cannot be adapted: " + e); // NOPMD
            return null;
        }
    }

    private static boolean isWanted(String className) {
        for (String each : CLASSES) {
            if (each.replace('.', '/').equals(className)) {
                return true;
            }
        }
        return false;
    }

    static byte[] weave(byte[] bytes) {
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
                        if (name.equals("bind") && descriptor.equals(FAMILY_FD_ADDRESS_PORT + "V")) {
                            return new SocketCall(next, "bind", true);
                        }
                        if (name.equals("connect") && descriptor.equals(FAMILY_FD_ADDRESS_PORT + "I")) {
                            return new SocketCall(next, "connect", false);
                        }
                        if (name.equals("lookupAllHostAddr") && descriptor.equals("(Ljava/lang/String;)[" + ADDRESS)) {
                            return new Lookup(next, false);
                        }
                        if (name.equals("lookupByName") && descriptor.startsWith("(Ljava/lang/String;")) {
                            return new Lookup(next, true);
                        }
                        return next;
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** {@code bind(family, fd, address, port)} and {@code connect} alike. */
    private static final class SocketCall extends MethodVisitor {
        private static final int FD_VARIABLE = 1;
        private static final int ADDRESS_VARIABLE = 2;
        private static final int PORT_VARIABLE = 3;
        private final String verb;
        private final boolean tellAfter;

        SocketCall(MethodVisitor next, String verb, boolean tellAfter) {
            super(Opcodes.ASM9, next);
            this.verb = verb;
            this.tellAfter = tellAfter;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            load();
            mv.visitMethodInsn(Opcodes.INVOKESTATIC, SOCKETS, verb + "Port", "(" + ADDRESS + "I)I", false);
            load();
            mv.visitMethodInsn(Opcodes.INVOKESTATIC, SOCKETS, verb + "Address", "(" + ADDRESS + "I)" + ADDRESS, false);
            mv.visitVarInsn(Opcodes.ASTORE, ADDRESS_VARIABLE);
            mv.visitVarInsn(Opcodes.ISTORE, PORT_VARIABLE);
        }

        private void load() {
            mv.visitVarInsn(Opcodes.ALOAD, ADDRESS_VARIABLE);
            mv.visitVarInsn(Opcodes.ILOAD, PORT_VARIABLE);
        }

        @Override
        public void visitInsn(int opcode) {
            if (tellAfter && opcode == Opcodes.RETURN) {
                mv.visitVarInsn(Opcodes.ALOAD, FD_VARIABLE);
                mv.visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        "sun/nio/ch/Net",
                        "localAddress",
                        "(" + FD + ")Ljava/net/InetSocketAddress;",
                        false);
                mv.visitMethodInsn(Opcodes.INVOKESTATIC, SOCKETS, "bound", "(Ljava/net/InetSocketAddress;)V", false);
            }
            super.visitInsn(opcode);
        }
    }

    /** A look-up of a name, the first argument of an instance method. */
    private static final class Lookup extends MethodVisitor {
        private final boolean stream;

        Lookup(MethodVisitor next, boolean stream) {
            super(Opcodes.ASM9, next);
            this.stream = stream;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            String array = "[" + ADDRESS;
            org.objectweb.asm.Label go = new org.objectweb.asm.Label();
            ask(array);
            mv.visitJumpInsn(Opcodes.IFNULL, go);
            ask(array);
            if (stream) {
                mv.visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        "java/util/stream/Stream",
                        "of",
                        "([Ljava/lang/Object;)Ljava/util/stream/Stream;",
                        true);
            }
            mv.visitInsn(Opcodes.ARETURN);
            mv.visitLabel(go);
            mv.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            mv.visitInsn(Opcodes.NOP); // the method's own code may begin with a frame
        }

        private void ask(String array) {
            mv.visitVarInsn(Opcodes.ALOAD, 1);
            mv.visitMethodInsn(Opcodes.INVOKESTATIC, SOCKETS, "lookup", "(Ljava/lang/String;)" + array, false);
        }
    }
}
