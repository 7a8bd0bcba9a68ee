# How every target of Larmor is built.

add_library(larmor_warnings INTERFACE)
target_compile_options(larmor_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-sign-conversion
                                                 $<$<BOOL:${LARMOR_WERROR}>:-Werror>)
# GCC 12 takes std::string's operator+ for an overrun when it inlines deeply (its bugs 105329 and 105651): shown, never fatal.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(larmor_warnings INTERFACE -Wno-error=array-bounds -Wno-error=restrict -Wno-error=stringop-overflow)
endif()

if(LARMOR_SANITIZE)
  add_compile_options(-fsanitize=${LARMOR_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${LARMOR_SANITIZE})
endif()

# ccache: the precompiled headers need these two settings, see its manual.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                                  CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)

# Sources of one folder and those below it, except those named after EXCEPT (regular expressions).
function(larmor_sources result folder)
  cmake_parse_arguments(ARG "" "" "EXCEPT" ${ARGN})
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${folder}/*.cpp)
  foreach(pattern IN LISTS ARG_EXCEPT)
    list(FILTER found EXCLUDE REGEX ${pattern})
  endforeach()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

# What all our targets share: include paths start at the project's root, Qt's lower-case keywords are off.
function(larmor_configure target)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${target} PUBLIC QT_NO_KEYWORDS)
  target_link_libraries(${target} PRIVATE larmor_warnings)
endfunction()

# Paths to our own libraries from bin/, lib/ and lib/larmor/plugins, in the build tree and in an installed tree that may be moved.
set(LARMOR_PLUGIN_DIR lib/larmor/plugins)
set(LARMOR_RPATH_BIN "$ORIGIN/../lib")
set(LARMOR_RPATH_LIB "$ORIGIN:$ORIGIN/libtorch/torch/lib")
set(LARMOR_RPATH_PLUGIN "$ORIGIN/../..:$ORIGIN/../../libtorch/torch/lib")

# A reconstruction method: <folder>/<name>.cpp and its sidecar <folder>/<name>.json.
function(larmor_add_method name)
  larmor_sources(sources ${CMAKE_CURRENT_SOURCE_DIR})
  add_library(method_${name} MODULE ${sources})
  larmor_configure(method_${name})
  target_link_libraries(method_${name} PRIVATE larmor_recon)
  if(TARGET larmor_recon)
    target_precompile_headers(method_${name} REUSE_FROM larmor_recon)
  endif()
  set_target_properties(method_${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${LARMOR_PLUGIN_DIR}
                        INSTALL_RPATH "${LARMOR_RPATH_PLUGIN}")
  set(sidecar ${CMAKE_BINARY_DIR}/${LARMOR_PLUGIN_DIR}/method_${name}.json)
  add_custom_command(OUTPUT ${sidecar} COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/${name}.json ${sidecar}
                     DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}.json)
  add_custom_target(method_${name}_sidecar ALL DEPENDS ${sidecar})
  add_dependencies(method_${name} method_${name}_sidecar)
  install(TARGETS method_${name} LIBRARY DESTINATION ${LARMOR_PLUGIN_DIR})
  install(FILES ${name}.json DESTINATION ${LARMOR_PLUGIN_DIR} RENAME method_${name}.json)
endfunction()
