# LibTorch without its own CMake package, which insists on CUDA: two imported libraries are enough, with or without a GPU.
# The CUDA half is loaded at run time (core/recon/device.cpp).

if(NOT LARMOR_TORCH AND DEFINED ENV{LARMOR_TORCH})
  set(LARMOR_TORCH $ENV{LARMOR_TORCH} CACHE PATH "" FORCE)
endif()
find_path(LARMOR_TORCH_INCLUDE ATen/ATen.h HINTS ${LARMOR_TORCH}/torch/include ${LARMOR_TORCH}/include NO_DEFAULT_PATH)
find_library(LARMOR_TORCH_CPU torch_cpu HINTS ${LARMOR_TORCH}/torch/lib ${LARMOR_TORCH}/lib NO_DEFAULT_PATH)
find_library(LARMOR_TORCH_C10 c10 HINTS ${LARMOR_TORCH}/torch/lib ${LARMOR_TORCH}/lib NO_DEFAULT_PATH)
if(NOT LARMOR_TORCH_INCLUDE OR NOT LARMOR_TORCH_CPU OR NOT LARMOR_TORCH_C10)
  message(FATAL_ERROR "LibTorch was not found under LARMOR_TORCH='${LARMOR_TORCH}'. Build with ./larmor, or run "
                      "installer/fetch_libtorch.py and pass what it prints as -DLARMOR_TORCH=<prefix>.")
endif()
get_filename_component(LARMOR_TORCH_LIB_DIR ${LARMOR_TORCH_CPU} DIRECTORY)

foreach(name IN ITEMS cpu c10)
  add_library(larmor_torch_${name} SHARED IMPORTED)
endforeach()
set_target_properties(larmor_torch_cpu PROPERTIES IMPORTED_LOCATION ${LARMOR_TORCH_CPU} IMPORTED_NO_SONAME TRUE)
set_target_properties(larmor_torch_c10 PROPERTIES IMPORTED_LOCATION ${LARMOR_TORCH_C10} IMPORTED_NO_SONAME TRUE)
add_library(larmor_torch INTERFACE)
target_link_libraries(larmor_torch INTERFACE larmor_torch_cpu larmor_torch_c10)
target_include_directories(larmor_torch SYSTEM INTERFACE ${LARMOR_TORCH_INCLUDE} ${LARMOR_TORCH_INCLUDE}/torch/csrc/api/include)
target_compile_definitions(larmor_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1)
# The wheel's libraries find each other by relative run paths; the linker must be told the same.
target_link_options(larmor_torch INTERFACE -Wl,-rpath-link,${LARMOR_TORCH_LIB_DIR} -Wl,--disable-new-dtags)

# cuFFT: only its headers are needed to build; the library is loaded at run time. Without headers the GPU uses ATen's transform.
find_path(LARMOR_CUFFT_INCLUDE cufft.h HINTS ${LARMOR_TORCH}/nvidia/cu13/include /usr/local/cuda/include)
find_path(LARMOR_CUDART_INCLUDE cuda_runtime_api.h HINTS ${LARMOR_TORCH}/nvidia/cu13/include /usr/local/cuda/include)
if(LARMOR_CUFFT_INCLUDE AND LARMOR_CUDART_INCLUDE)
  set(LARMOR_HAVE_CUFFT ON)
endif()
message(STATUS "LibTorch: ${LARMOR_TORCH_LIB_DIR}; cuFFT headers: ${LARMOR_CUFFT_INCLUDE}")
# LibTorch brings headers of its own fmt, newer than the distribution's library: in its company fmt is used as headers alone.
target_compile_definitions(larmor_torch INTERFACE FMT_HEADER_ONLY)
